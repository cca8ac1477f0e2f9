import { createLineParser } from '../calls/answer-parser.ts'
import { type AnswerPart, type AnswerReader, NO_FRAGMENTS } from '../calls/answer-part.ts'
import type { ToolCallFragment } from '../calls/join-tool-calls.ts'
import { failureOfCode, findFailure } from '../calls/provider-error.ts'
import { createItemReader } from '../calls/read-answer-items.ts'
import { asCount, asList, asObject, asText, type JsonObject } from '../calls/read-json.ts'

/** `status` of the last frame of an answer; 0 is the first, 1 those between. */
const LAST = 2

/** Reads the frames of one answer, each a line of JSON (https://www.xfyun.cn/doc/spark/Web.html). */
export const createSparkReader = (): AnswerReader => {
  let calls = 0

  /** Calls come whole, so each has a place of its own. */
  const toFragment = (called: JsonObject, id: unknown): ToolCallFragment => ({
    index: calls++,
    position: 0,
    id: asText(id),
    name: asText(called.name),
    arguments: typeof called.arguments === 'string' ? called.arguments : JSON.stringify(called.arguments ?? {}),
  })

  const addText = (part: AnswerPart, text: JsonObject): void => {
    part.text += asText(text.content)
    part.reasoning += asText(text.reasoning_content)
    if (!text.function_call && !text.tool_calls) return
    const one = text.function_call ? [toFragment(asObject(text.function_call), '')] : []
    const many = asList(text.tool_calls).map((call) => toFragment(asObject(asObject(call).function), asObject(call).id))
    part.fragments = [...part.fragments, ...one, ...many]
  }

  const read = (frame: JsonObject): AnswerPart => {
    const part: AnswerPart = { text: '', reasoning: '', fragments: NO_FRAGMENTS }
    const header = asObject(frame.header)
    if (typeof header.code === 'number' && header.code !== 0) {
      return { ...part, failure: failureOfCode(header.code, asText(header.message)) }
    }
    const failure = findFailure(frame)
    if (failure) return { ...part, failure }
    const payload = asObject(frame.payload)
    for (const value of asList(asObject(payload.choices).text)) addText(part, asObject(value))
    if (isLast(frame)) part.finish = 'stop'
    const usage = asObject(payload.usage).text
    if (usage) part.usage = usageOf(asObject(usage))
    return part
  }

  return createItemReader(createLineParser(), read, isLast)
}

const isLast = (frame: JsonObject): boolean =>
  asObject(frame.header).status === LAST || asObject(asObject(frame.payload).choices).status === LAST

/** `question_tokens` is the last question alone; `prompt_tokens` has it with all that went before. */
const usageOf = (usage: JsonObject) => {
  const [promptTokens, completionTokens] = [asCount(usage.prompt_tokens), asCount(usage.completion_tokens)]
  return { promptTokens, completionTokens, totalTokens: asCount(usage.total_tokens) || promptTokens + completionTokens }
}
