import type { TokenUsage } from '#shared/models/chat-model.ts'

/** A finished tool call as the wire's frames carry it. */
export interface WireToolCall {
  index?: number
  id: string | null
  type: 'tool'
  reason: string
  function: { name: string; arguments: string; response: string }
}

export interface WireUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
}

/** What one frame tells; exactly one of the first three, or none on the stop frame. */
export interface FrameContent {
  content?: string
  reasoning?: string
  toolCall?: WireToolCall
  /** '' on the stop frame. */
  model?: string
  stop?: { code: number; message: string; usage: TokenUsage }
}

/** One frame of a stream, in the wire's field order; `createdMs` in milliseconds. Pure. */
export const toFrame = (sid: string, createdMs: number, frame: FrameContent) => ({
  id: sid,
  choices: [
    {
      delta: {
        content: frame.content ?? null,
        function_call: null,
        refusal: null,
        role: 'assistant',
        tool_calls: frame.toolCall ? [{ ...frame.toolCall, index: 0, id: null }] : null,
        reasoning_content: frame.reasoning ?? null,
      },
      finish_reason: frame.stop ? 'stop' : null,
      index: 0,
      logprobs: null,
    },
  ],
  created: createdMs,
  model: frame.model ?? '',
  object: 'chat.completion.chunk',
  service_tier: null,
  system_fingerprint: null,
  usage: frame.stop ? toWireUsage(frame.stop.usage) : null,
  code: frame.stop?.code ?? 0,
  message: frame.stop ? stopMessage(frame.stop, sid) : 'success',
  logs: [],
  knowledge_metadata: [],
})

/** The whole answer of a request that does not stream. Pure. */
export const toAnswer = (
  sid: string,
  createdMs: number,
  answer: {
    content: string
    reasoning: string
    toolCalls: WireToolCall[]
    model: string
    stop: NonNullable<FrameContent['stop']>
  },
) => ({
  id: sid,
  choices: [
    {
      finish_reason: 'stop',
      index: 0,
      logprobs: null,
      message: {
        content: answer.content,
        refusal: null,
        role: 'assistant',
        annotations: null,
        audio: null,
        function_call: null,
        tool_calls: answer.toolCalls.map(({ function: called, type, reason }) => ({
          id: '',
          function: called,
          type,
          reason,
        })),
        reasoning_content: answer.reasoning,
      },
    },
  ],
  created: createdMs,
  model: answer.model,
  object: 'chat.completion',
  service_tier: null,
  system_fingerprint: null,
  usage: toWireUsage(answer.stop.usage),
  code: answer.stop.code,
  message: stopMessage(answer.stop, sid),
  logs: [],
  knowledge_metadata: [],
})

/** Null when the provider did not say. */
const toWireUsage = (usage: TokenUsage): WireUsage | null =>
  usage.totalTokens === 0
    ? null
    : { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens, total_tokens: usage.totalTokens }

const stopMessage = (stop: { code: number; message: string }, sid: string): string =>
  stop.code === 0 ? stop.message : `${stop.message},${sid}`
