import type { TokenUsage } from '#shared/models/chat-model.ts'
import type { Citation } from '../loop/turn-events.ts'

/** A finished tool call as the wire's frames carry it. */
export interface WireToolCall {
  index?: number
  id: string | null
  type: 'tool' | 'workflow' | 'knowledge'
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
  /** A call waits for a person. The wire knows no such frame: its clients see one that tells nothing. */
  approval?: FrameApproval
  /** '' on the stop frame. */
  model?: string
  stop?: { code: number; message: string; usage: TokenUsage; citations?: readonly Citation[] }
}

/** What a person needs to allow a call with `POST /api/turns/{id}/approvals`. */
export interface FrameApproval {
  callId: string
  name: string
  arguments: string
  argumentsHash: string
  expiresAt: string
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
  knowledge_metadata: toKnowledgeMetadata(frame.stop?.citations),
  ...(frame.approval && { approval: frame.approval }),
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
  knowledge_metadata: toKnowledgeMetadata(answer.stop.citations),
})

/** The passages that the answer could rest on, and which of them it names. */
const toKnowledgeMetadata = (citations: readonly Citation[] = []) =>
  citations.map(({ number, docId, chunkId, title, score, cited, documentName, page, pageEnd }) => ({
    number,
    source_id: docId,
    chunk_id: chunkId,
    title,
    score: score ?? null,
    cited,
    ...(documentName !== undefined && { document_name: documentName }),
    ...(page !== undefined && { page, page_end: pageEnd ?? page }),
  }))

/** Null when the provider did not say. */
const toWireUsage = (usage: TokenUsage): WireUsage | null =>
  usage.totalTokens === 0
    ? null
    : { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens, total_tokens: usage.totalTokens }

const stopMessage = (stop: { code: number; message: string }, sid: string): string =>
  stop.code === 0 ? stop.message : `${stop.message},${sid}`
