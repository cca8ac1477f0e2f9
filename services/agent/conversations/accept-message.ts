import { FencedError } from '#shared/journal/errors.ts'
import type { Journal } from '#shared/journal/journal.ts'
import { storableText } from '#shared/journal/run-writer.ts'
import { toWhich } from '../agents/find-agent.ts'
import { prepareAgentTurn } from '../agents/prepare-agent-turn.ts'
import { AgentNotFoundError, BusyError } from '../errors.ts'
import { TURN_KIND, type TurnStarted } from '../loop/turn-events.ts'
import type { ConversationRow, MessageRow } from '../tables.ts'
import { runQueuedTurns } from '../turns/run-queued-turns.ts'
import { TURNS_RUNNING_MAX } from '../turns/start-turn.ts'
import { toJournalEvent } from '../turns/turn-journal.ts'
import { chooseHistory, HISTORY_MESSAGES_MAX } from './choose-history.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { ConversationBusyError, ConversationNotFoundError } from './conversation-errors.ts'
import { createConversationRepository } from './conversation-repository.ts'
import { settleTurn } from './settle-turn.ts'

export interface NewQuestion {
  conversation: ConversationRow
  content: string
  fileIds: string[]
  /** The number of the first message that this question takes the place of; undefined for one that follows. */
  replaceFrom?: number
  /** Free text of the caller. */
  caller: string
}

export interface AcceptedQuestion {
  runId: string
  sid: string
  message: MessageRow
}

/** Characters of a title that is made from the first question. */
const TITLE_CHARS_MAX = 80

/**
 * Takes a question into its conversation and begins the turn that answers it. The message and what the turn depends on are stored together: from
 * then on the turn is taken whatever happens to this process. Throws ConversationBusyError while another turn is, AgentNotFoundError, BusyError,
 * and WireError for a source of the agent that is not there; then nothing was stored.
 */
export const acceptQuestion = async (
  dependencies: ConversationDependencies,
  question: NewQuestion,
): Promise<AcceptedQuestion> => {
  if (dependencies.registry.size >= TURNS_RUNNING_MAX) throw new BusyError(TURNS_RUNNING_MAX)
  const conversation = await requireFree(dependencies, question.conversation)
  const journal = await dependencies.journal()
  const runId = journal.nextRunId()
  const started = await prepareQuestion(dependencies, conversation, question)
  const message = await storeQuestion(dependencies, { question: { ...question, conversation }, runId, started })
  await enqueueAccepted(dependencies, journal, { runId, started })
  dependencies.metrics.observe(started)
  await runQueuedTurns(dependencies, journal)
  return { runId, sid: started.sid, message }
}

/** The conversation as it is once its last turn is settled. Throws when that has not ended. */
const requireFree = async (
  dependencies: ConversationDependencies,
  conversation: ConversationRow,
): Promise<ConversationRow> => {
  const { id, openRunId } = conversation
  if (openRunId === null) return conversation
  if (!(await settleTurn(dependencies, { conversationId: id, runId: openRunId }))) {
    throw new ConversationBusyError(id, openRunId)
  }
  const settled = await dependencies.conversations.find(undefined, id)
  if (!settled) throw new ConversationNotFoundError(id)
  return settled
}

const prepareQuestion = async (
  dependencies: ConversationDependencies,
  conversation: ConversationRow,
  { content, fileIds, replaceFrom, caller }: NewQuestion,
): Promise<TurnStarted> => {
  const { id, appId, botId, uid, version } = conversation
  const which = toWhich(version)
  const bot = await dependencies.bots.find(appId, botId, which)
  if (!bot) throw new AgentNotFoundError(botId, which)
  const { memory } = bot.content.settings
  const from = memory.conversation.mode === 'summary' ? conversation.summarisedBefore : 0
  const rows = await dependencies.conversations.lastMessages(id, { from, limit: HISTORY_MESSAGES_MAX })
  const past = rows.filter(({ sequence }) => replaceFrom === undefined || sequence < replaceFrom)
  const messages = await dependencies.messageFiles.attach(appId, [
    ...chooseHistory(past, memory.conversation),
    { role: 'user', content, fileIds },
  ])
  const summary = from > 0 ? conversation.summary : ''
  return prepareAgentTurn(dependencies, bot, {
    sid: dependencies.createSid(),
    appId,
    uid,
    caller,
    messages,
    conversationId: id,
    ...(summary !== '' ? { background: { summary, facts: [] } } : {}),
  })
}

const storeQuestion = async (
  dependencies: ConversationDependencies,
  { question, runId, started }: { question: NewQuestion; runId: string; started: TurnStarted },
): Promise<MessageRow> =>
  dependencies.database.transaction(async (transaction) => {
    const inside = createConversationRepository(transaction)
    const { conversation, replaceFrom } = question
    const locked = await inside.findForUpdate(conversation.id)
    if (!locked) throw new ConversationNotFoundError(conversation.id)
    // What was prepared rests on the messages that were read: a turn that came in between is as good as one that runs.
    if (locked.openRunId !== null || locked.nextSequence !== conversation.nextSequence) {
      throw new ConversationBusyError(locked.id, locked.openRunId ?? runId)
    }
    if (replaceFrom !== undefined) await inside.replaceMessages(locked.id, replaceFrom, runId)
    const content = storableText(question.content)
    const message = await inside.insertMessage({
      conversationId: locked.id,
      sequence: locked.nextSequence,
      role: 'user',
      content,
      fileIds: question.fileIds,
      runId,
    })
    await inside.insertAccepted({ runId, conversationId: locked.id, started: JSON.stringify(started) })
    await inside.update(locked.id, {
      openRunId: runId,
      nextSequence: locked.nextSequence + 1,
      updatedAt: new Date(),
      ...(locked.title === '' ? { title: toTitle(content) } : {}),
    })
    return message
  })

/** The first line of a question, cut between characters. */
const toTitle = (content: string): string => {
  const [line = ''] = content.trim().split('\n', 1)
  const characters = [...line.trim()]
  return characters.length <= TITLE_CHARS_MAX ? line.trim() : `${characters.slice(0, TITLE_CHARS_MAX - 1).join('')}…`
}

/** Gives an accepted turn to the journal. Given twice it is there once. */
export const enqueueAccepted = async (
  dependencies: Pick<ConversationDependencies, 'conversations'>,
  journal: Journal,
  { runId, started }: { runId: string; started: TurnStarted },
): Promise<void> => {
  const { appId, botId } = started
  try {
    const run = { kind: TURN_KIND, appId, subjectId: botId, subjectVersion: '' }
    await journal.enqueue(run, [toJournalEvent(started)], { runId })
  } catch (error) {
    // It is there already: somebody else found it accepted and not begun.
    if (!(error instanceof FencedError) || journal.fenced.aborted) throw error
  }
  await dependencies.conversations.removeAccepted(runId)
}
