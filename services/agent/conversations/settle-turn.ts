import { isFinal } from '#shared/journal/run-rows.ts'
import { storableText } from '#shared/journal/run-writer.ts'
import type { MessageRow } from '../tables.ts'
import { toTurnEvent } from '../turns/turn-journal.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { type ConversationRepository, createConversationRepository } from './conversation-repository.ts'
import { readAnswer, readBrokenAnswer, type TurnAnswer } from './read-answer.ts'

export interface OpenTurn {
  conversationId: string
  runId: string
}

/**
 * Puts the answer of a turn that has ended into its conversation, once, and lets the next one begin. Whoever notices the end first does it: the
 * request that asked, one that reads, or the keeper.
 *
 * @returns the answer; undefined while the turn has not ended, or when its conversation is gone
 */
export const settleTurn = async (
  dependencies: ConversationDependencies,
  turn: OpenTurn,
): Promise<MessageRow | undefined> => {
  const { conversationId, runId } = turn
  const known = await dependencies.conversations.findAnswer(conversationId, runId)
  if (known) return known
  const answer = await findAnswer(dependencies, runId)
  if (!answer) return undefined
  return dependencies.database.transaction(async (transaction) => {
    const inside = createConversationRepository(transaction)
    const conversation = await inside.findForUpdate(conversationId)
    if (conversation?.openRunId !== runId) return inside.findAnswer(conversationId, runId)
    const message = await insertAnswer(inside, { ...turn, sequence: conversation.nextSequence, answer })
    const changes = { openRunId: null, nextSequence: conversation.nextSequence + 1, updatedAt: new Date() }
    await inside.update(conversationId, changes)
    return message
  })
}

const findAnswer = async (
  { journal: open }: Pick<ConversationDependencies, 'journal'>,
  runId: string,
): Promise<TurnAnswer | undefined> => {
  const journal = await open()
  // The state first: the events of a run that is final are complete.
  const header = await journal.find(runId)
  const events = (await journal.read(runId, -1)).map(({ event }) => toTurnEvent(event))
  const answer = readAnswer(events)
  if (answer || !header || !isFinal(header.state)) return answer
  return readBrokenAnswer(events, header.failure ?? 'The turn ended without an answer.')
}

const insertAnswer = (
  conversations: ConversationRepository,
  { conversationId, runId, sequence, answer }: OpenTurn & { sequence: number; answer: TurnAnswer },
): Promise<MessageRow> => {
  const { content, reasoning, calls, citations, usage, failure } = storable(answer)
  return conversations.insertMessage({
    conversationId,
    sequence,
    role: 'assistant',
    runId,
    content,
    reasoning,
    calls,
    citations,
    usage,
    failure,
  })
}

/** Models write what PostgreSQL does not store. */
const storable = (answer: TurnAnswer): TurnAnswer =>
  JSON.parse(
    JSON.stringify(answer, (_name, value: unknown) => (typeof value === 'string' ? storableText(value) : value)),
  )
