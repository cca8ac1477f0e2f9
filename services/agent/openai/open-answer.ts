import type { Caller } from '#shared/http/caller.ts'
import type { ChatDelta, ModelDirectory } from '#shared/models/chat-model.ts'
import { unknownModel } from '#shared/models/model-error.ts'
import { prepareAgentTurn } from '../agents/prepare-agent-turn.ts'
import type { Bot, BotStore } from '../bots/bot-store.ts'
import { AgentNotFoundError, CompletionInvalidError } from '../errors.ts'
import type { PrepareTurnDependencies } from '../turns/prepare-turn.ts'
import { type StartTurnDependencies, startTurn } from '../turns/start-turn.ts'
import type { CompletionBody } from './openai-schemas.ts'
import { findUnsupportedPart, toChatRequest } from './read-completion.ts'
import { turnDeltas } from './turn-deltas.ts'

export interface OpenAnswerDependencies extends StartTurnDependencies, PrepareTurnDependencies {
  bots: BotStore
  directory: ModelDirectory
  createSid: () => string
}

/** An answer about to be read; `runId` when it is a run of its own. */
export interface OpenedAnswer {
  runId: string | undefined
  deltas(signal: AbortSignal): AsyncIterable<ChatDelta>
}

export const AGENT_PREFIX = 'agent:'

/** Asks the model, or begins a turn of the agent, that a request names. Throws ModelError and AGENT_… errors. */
export const openAnswer = async (
  dependencies: OpenAnswerDependencies,
  caller: Caller,
  body: CompletionBody,
): Promise<OpenedAnswer> => {
  const unsupported = findUnsupportedPart(body.messages)
  if (unsupported !== undefined) {
    throw new CompletionInvalidError(`messages hold a part of type "${unsupported}"; only text is understood`)
  }
  if (body.model.startsWith(AGENT_PREFIX)) return openTurn(dependencies, caller, body)
  const model = await dependencies.directory.byName(body.model)
  if (!model) throw unknownModel(body.model)
  const { appId } = caller
  const request = { ...toChatRequest(body), ...(appId === undefined ? {} : { appId }) }
  return { runId: undefined, deltas: (signal) => model.stream({ ...request, signal }) }
}

const openTurn = async (
  dependencies: OpenAnswerDependencies,
  caller: Caller,
  body: CompletionBody,
): Promise<OpenedAnswer> => {
  const bot = await findBot(dependencies.bots, caller, body.model.slice(AGENT_PREFIX.length))
  const { messages } = toChatRequest(body)
  const conversation = messages.filter(({ role }) => role !== 'system')
  if (conversation.some(({ role }) => role === 'tool') || conversation.at(-1)?.role !== 'user') {
    throw new CompletionInvalidError('an agent answers conversations of user and assistant that end with the user')
  }
  const started = await prepareAgentTurn(dependencies, bot, {
    sid: dependencies.createSid(),
    appId: bot.appId,
    uid: body.user ?? '',
    caller: 'openai',
    messages: conversation,
  })
  const asked = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const { reasoning, answer } = started.instructions
  const instructions = { reasoning: withAsked(reasoning, asked), answer: withAsked(answer, asked) }
  const runId = await startTurn(dependencies, { ...started, instructions })
  const journal = await dependencies.journal()
  return { runId, deltas: (signal) => turnDeltas(journal, runId, signal) }
}

const withAsked = (instruction: string, asked: readonly string[]): string =>
  [instruction, ...asked].filter(Boolean).join('\n')

const findBot = async (bots: BotStore, caller: Caller, botId: string): Promise<Bot> => {
  const mayBeAnyones = caller.role === 'root' && caller.appId === undefined
  const bot = mayBeAnyones ? await bots.findAnywhere(botId) : await bots.find(caller.appId ?? '', botId)
  if (!bot) throw new AgentNotFoundError(botId)
  return bot
}
