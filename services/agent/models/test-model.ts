import type { ModelDirectory, TokenUsage } from '#shared/models/chat-model.ts'
import { unknownModel } from '#shared/models/model-error.ts'

const TEST_PROMPT = 'Answer with the word OK.'
const ANSWER_TOKENS_MAX = 64

export interface ModelTestResult {
  text: string
  firstTokenMs: number
  totalMs: number
  usage: TokenUsage
}

/** Asks a model one short question. Throws ModelError with what is wrong. */
export const testModel = async (
  directory: ModelDirectory,
  name: string,
  signal: AbortSignal,
): Promise<ModelTestResult> => {
  const model = await directory.byName(name)
  if (!model) throw unknownModel(name)
  const startedMs = performance.now()
  const elapsedMs = () => Math.round((performance.now() - startedMs) * 10) / 10
  const result: ModelTestResult = {
    text: '',
    firstTokenMs: 0,
    totalMs: 0,
    usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 },
  }
  const messages = [{ role: 'user' as const, content: TEST_PROMPT }]
  for await (const delta of model.stream({ messages, maxTokens: ANSWER_TOKENS_MAX, signal })) {
    if (result.firstTokenMs === 0) result.firstTokenMs = elapsedMs()
    if (delta.type === 'text') result.text += delta.text
    if (delta.type === 'finish') result.usage = delta.usage
  }
  return { ...result, totalMs: elapsedMs() }
}
