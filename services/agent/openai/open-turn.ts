import type { Caller } from '#shared/http/caller.ts'
import { findAgentOf } from '../agents/find-agent.ts'
import { type PrepareAgentTurnDependencies, prepareAgentTurn } from '../agents/prepare-agent-turn.ts'
import type { BotStore } from '../bots/bot-store.ts'
import { CompletionInvalidError } from '../errors.ts'
import { type StartTurnDependencies, startTurn } from '../turns/start-turn.ts'
import type { OpenedAnswer } from './open-answer.ts'
import type { CompletionBody } from './openai-schemas.ts'
import { toChatRequest } from './read-completion.ts'
import { turnDeltas } from './turn-deltas.ts'

export const AGENT_PREFIX = 'agent:'

export interface OpenTurnDependencies extends StartTurnDependencies, PrepareAgentTurnDependencies {
  bots: BotStore
  createSid: () => string
}

/** Begins a turn of the agent that a request names. Throws AGENT_… errors and those of the agent's models. */
export const openTurn = async (
  dependencies: OpenTurnDependencies,
  caller: Caller,
  body: CompletionBody,
): Promise<OpenedAnswer> => {
  const botId = body.model.slice(AGENT_PREFIX.length)
  const bot = await findAgentOf(dependencies.bots, caller, { botId, which: 'published' })
  if (body.tools?.length) throw new CompletionInvalidError('an agent calls tools of its own, not those of its caller')
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
  return {
    runId,
    chunksPath: `/internal/agent/turns/${runId}/chunks`,
    deltas: (signal) => turnDeltas(journal, runId, signal),
  }
}

const withAsked = (instruction: string, asked: readonly string[]): string =>
  [instruction, ...asked].filter(Boolean).join('\n')
