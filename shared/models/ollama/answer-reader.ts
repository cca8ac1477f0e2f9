import { createLineParser } from '../calls/answer-parser.ts'
import { type AnswerPart, type AnswerReader, type FinishReason, NO_FRAGMENTS } from '../calls/answer-part.ts'
import type { ToolCallFragment } from '../calls/join-tool-calls.ts'
import { findFailure } from '../calls/provider-error.ts'
import { createItemReader } from '../calls/read-answer-items.ts'
import { asCount, asList, asObject, asText, type JsonObject } from '../calls/read-json.ts'

/** Reads the lines of one /api/chat answer; the last has `done: true`, why it ended, and the counts. */
export const createOllamaReader = (): AnswerReader => {
  let calls = 0

  /** Calls come whole, so each has a place of its own. */
  const toFragment = (value: unknown): ToolCallFragment => {
    const call = asObject(value)
    const { name, arguments: written } = asObject(call.function)
    return {
      index: calls++,
      position: 0,
      id: asText(call.id),
      name: asText(name),
      arguments: typeof written === 'string' ? written : JSON.stringify(written ?? {}),
    }
  }

  const read = (line: JsonObject): AnswerPart => {
    const part: AnswerPart = { text: '', reasoning: '', fragments: NO_FRAGMENTS }
    const failure = findFailure(line)
    if (failure) return { ...part, failure }
    const message = asObject(line.message)
    part.text = asText(message.content)
    part.reasoning = asText(message.thinking)
    if (message.tool_calls) part.fragments = asList(message.tool_calls).map(toFragment)
    if (line.done !== true) return part
    part.finish = finishOf(line.done_reason)
    const [promptTokens, completionTokens] = [asCount(line.prompt_eval_count), asCount(line.eval_count)]
    part.usage = { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens }
    return part
  }

  return createItemReader(createLineParser(), read, (line) => line.done === true)
}

/** Old servers say only that it ended. */
const finishOf = (reason: unknown): FinishReason => {
  if (reason === 'stop' || asText(reason) === '') return 'stop'
  return reason === 'length' ? 'length' : 'other'
}
