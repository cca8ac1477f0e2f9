import type { TokenUsage } from '#shared/models/chat-model.ts'
import { SourceError } from '../errors.ts'
import { type Fields, isFields } from '../wire/read-fields.ts'

/** One frame of a flow's stream, as far as an agent cares. */
export interface FlowFrame {
  code: number
  message: string
  content: string
  reasoning: string
  /** True for the one after which nothing follows: the end, a failure or a question. */
  last: boolean
  question: string | undefined
  /** Of the question, by which it is answered. */
  eventId?: string
  usage?: TokenUsage
}

/** Throws SourceError for what is no frame: one without `code` could be neither trusted nor told as a failure. Pure. */
export const readFlowFrame = (data: string): FlowFrame => {
  const frame = parse(data)
  if (!frame || typeof frame.code !== 'number') throw new SourceError('unreadable', 'A frame of the flow has no code.')
  const choice = Array.isArray(frame.choices) && isFields(frame.choices[0]) ? frame.choices[0] : {}
  const delta = isFields(choice.delta) ? choice.delta : {}
  const end = choice.finish_reason
  const usage = isFields(frame.usage) ? toUsage(frame.usage) : undefined
  const eventId = end === 'interrupt' && isFields(frame.event_data) ? textOf(frame.event_data.event_id) : ''
  return {
    code: frame.code,
    message: textOf(frame.message),
    content: textOf(delta.content),
    reasoning: textOf(delta.reasoning_content),
    last: frame.code !== 0 || end === 'stop' || end === 'interrupt',
    question: end === 'interrupt' ? questionOf(frame.event_data) : undefined,
    ...(eventId !== '' && { eventId }),
    ...(usage && { usage }),
  }
}

const parse = (data: string): Fields | undefined => {
  try {
    const frame: unknown = JSON.parse(data)
    return isFields(frame) ? frame : undefined
  } catch {
    return undefined
  }
}

const questionOf = (event: unknown): string => {
  const value = isFields(event) && isFields(event.value) ? event.value : {}
  const options = Array.isArray(value.option) ? value.option.filter(isFields) : []
  return [textOf(value.content), ...options.map(({ id, text }) => `${textOf(id)}: ${textOf(text)}`)].join('\n')
}

const toUsage = (usage: Fields): TokenUsage => ({
  promptTokens: numberOf(usage.prompt_tokens),
  completionTokens: numberOf(usage.completion_tokens),
  totalTokens: numberOf(usage.total_tokens),
})

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
