import { silentLogger } from '#shared/logging/logger.ts'
import { CALL_LIMITS, type CallLimits } from '../calls/call-limits.ts'
import type { ChatDelta, ChatModel, ChatRequest } from '../chat-model.ts'
import { createOpenAiChatModel } from './openai-chat-model.ts'

export const TEST_KEY = 'sk-very-secret-key-1234'
const SECOND_TRY: Partial<CallLimits> = { retryBaseMs: 1, retryMsMax: 2 }

/** A model at a test's server; asked again without a noticeable pause. */
export const modelAt = (
  url: string,
  options: { limits?: Partial<CallLimits>; parameters?: Record<string, unknown> } = {},
) =>
  createOpenAiChatModel({
    name: 'test',
    url,
    modelId: 'm1',
    apiKey: TEST_KEY,
    parameters: options.parameters ?? {},
    fetch,
    logger: silentLogger,
    limits: { ...CALL_LIMITS, ...SECOND_TRY, ...options.limits },
  })

/** Asks and collects the whole answer. */
export const ask = async (
  model: ChatModel,
  request: Partial<ChatRequest> = {},
): Promise<{ deltas: ChatDelta[]; text: string; reasoning: string }> => {
  const deltas: ChatDelta[] = []
  const { signal } = new AbortController()
  for await (const delta of model.stream({ messages: [{ role: 'user', content: 'Hi' }], signal, ...request })) {
    deltas.push(delta)
  }
  const join = (type: 'text' | 'reasoning') => deltas.map((delta) => (delta.type === type ? delta.text : '')).join('')
  return { deltas, text: join('text'), reasoning: join('reasoning') }
}
