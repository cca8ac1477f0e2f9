import type { TokenUsage, ToolCall } from '#shared/models/chat-model.ts'
import { type AnswerDelta, EVENT_ID_KEY } from './answer-delta.ts'
import type { Completion } from './openai-schemas.ts'

/** What all chunks of one answer share. */
export interface CompletionIdentity {
  id: string
  /** Seconds since 1970. */
  created: number
  model: string
}

/** Makes the `chat.completion.chunk` objects of one streamed answer. The first one carries the role, as clients expect. */
export const createChunkMaker = (identity: CompletionIdentity, options: { includeUsage: boolean }) => {
  let role: { role?: 'assistant' } = { role: 'assistant' }
  let calls = 0

  const chunk = (delta: object, finishReason: string | null) => {
    const made = {
      ...identity,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { ...role, ...delta }, finish_reason: finishReason, logprobs: null }],
      ...(options.includeUsage ? { usage: null as ReturnType<typeof toUsage> | null } : {}),
    }
    role = {}
    return made
  }

  return (delta: AnswerDelta): object[] => {
    switch (delta.type) {
      case 'text':
        return [chunk({ content: delta.text }, null)]
      case 'reasoning':
        return [chunk({ reasoning_content: delta.text }, null)]
      case 'tool-call': {
        const call = { index: calls, ...toToolCall(delta.call) }
        calls += 1
        return [chunk({ tool_calls: [call] }, null)]
      }
      case 'finish':
        return [
          { ...chunk({}, toFinishReason(delta.reason)), ...questionOf(delta) },
          ...(options.includeUsage
            ? [{ ...identity, object: 'chat.completion.chunk', choices: [], usage: toUsage(delta.usage) }]
            : []),
        ]
    }
  }
}

/** The whole answer as one object. */
export const toCompletion = (identity: CompletionIdentity, deltas: readonly AnswerDelta[]): Completion => {
  const text = deltas.map((delta) => (delta.type === 'text' ? delta.text : '')).join('')
  const reasoning = deltas.map((delta) => (delta.type === 'reasoning' ? delta.text : '')).join('')
  const calls = deltas.flatMap((delta) => (delta.type === 'tool-call' ? [toToolCall(delta.call)] : []))
  const finish = deltas.find((delta) => delta.type === 'finish')
  return {
    ...identity,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && calls.length > 0 ? null : text,
          ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
          refusal: null,
        },
        finish_reason: toFinishReason(finish?.reason ?? 'stop'),
        logprobs: null,
      },
    ],
    usage: toUsage(finish?.usage ?? { promptTokens: 0, completionTokens: 0, totalTokens: 0 }),
    ...(finish && questionOf(finish)),
  }
}

const toToolCall = (call: ToolCall) => ({
  id: call.id,
  type: 'function' as const,
  function: { name: call.name, arguments: call.arguments },
})

type Finish = Extract<AnswerDelta, { type: 'finish' }>

const questionOf = ({ eventId }: Finish) => (eventId === undefined ? {} : { [EVENT_ID_KEY]: eventId })

const toFinishReason = (reason: Finish['reason']): string => (reason === 'other' ? 'stop' : reason.replace('-', '_'))

const toUsage = (usage: TokenUsage) => ({
  prompt_tokens: usage.promptTokens,
  completion_tokens: usage.completionTokens,
  total_tokens: usage.totalTokens,
})
