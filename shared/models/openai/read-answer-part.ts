import { type AnswerPart, type FinishReason, NO_FRAGMENTS } from '../calls/answer-part.ts'
import type { ToolCallFragment } from '../calls/join-tool-calls.ts'
import { findFailure } from '../calls/provider-error.ts'
import { asCount, asObject } from '../calls/read-json.ts'
import type { TokenUsage } from '../chat-model.ts'

const NOTHING: Record<string, unknown> = {}

/**
 * Reads `chat.completion.chunk` and `chat.completion` objects as providers really send them: `content: null`, no `choices` on the usage
 * chunk, `reasoning_content` (DeepSeek, Qwen) or `reasoning` (OpenRouter, vLLM), content as a list of parts, `function_call` of old. Pure.
 */
export const readAnswerPart = (value: Record<string, unknown>): AnswerPart => {
  const part: AnswerPart = { text: '', reasoning: '', fragments: NO_FRAGMENTS }
  const failure = findFailure(value)
  if (failure) return { ...part, failure }
  const usage = readUsage(value.usage)
  if (usage) part.usage = usage
  const choice = Array.isArray(value.choices) ? asObject(value.choices[0]) : NOTHING
  // A chunk has the one, a whole answer the other; both are rare.
  const message = choice.message ? { ...asObject(choice.message), ...asObject(choice.delta) } : asObject(choice.delta)
  part.text = readText(message.content) || readText(choice.text)
  part.reasoning = readText(message.reasoning_content) || readText(message.reasoning)
  part.fragments = readFragments(message)
  const finish = readFinish(choice.finish_reason)
  if (finish) part.finish = finish
  return part
}

const readText = (content: unknown): string => {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((item) => (typeof item === 'string' ? item : readText(asObject(item).text))).join('')
}

const readFragments = (message: Record<string, unknown>): readonly ToolCallFragment[] => {
  if (!message.tool_calls && !message.function_call) return NO_FRAGMENTS
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : []
  const fragments = calls.map((call, position) => toFragment(asObject(call), position))
  if (message.function_call) fragments.push(toFragment({ function: message.function_call }, 0))
  return fragments
}

const toFragment = (call: Record<string, unknown>, position: number): ToolCallFragment => {
  const called = asObject(call.function)
  const { arguments: written } = called
  return {
    index: typeof call.index === 'number' ? call.index : undefined,
    position,
    id: typeof call.id === 'string' ? call.id : '',
    name: typeof called.name === 'string' ? called.name : '',
    // Some servers send the arguments as an object instead of its text.
    arguments: typeof written === 'string' ? written : written ? JSON.stringify(written) : '',
  }
}

const finishReasons: Record<string, FinishReason> = {
  stop: 'stop',
  end_turn: 'stop',
  eos: 'stop',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  sensitive: 'content-filter',
}

const readFinish = (reason: unknown): FinishReason | undefined =>
  typeof reason === 'string' && reason !== '' ? (finishReasons[reason.toLowerCase()] ?? 'other') : undefined

const readUsage = (value: unknown): TokenUsage | undefined => {
  if (!value || typeof value !== 'object') return undefined
  const usage = asObject(value)
  const promptTokens = asCount(usage.prompt_tokens ?? usage.input_tokens)
  const completionTokens = asCount(usage.completion_tokens ?? usage.output_tokens)
  return { promptTokens, completionTokens, totalTokens: asCount(usage.total_tokens) || promptTokens + completionTokens }
}
