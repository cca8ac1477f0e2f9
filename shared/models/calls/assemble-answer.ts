import type { ChatDelta, TokenUsage } from '../chat-model.ts'
import { ModelError } from '../model-error.ts'
import type { AnswerPart, FinishReason } from './answer-part.ts'
import { createToolCallJoiner } from './join-tool-calls.ts'
import { createOverlapStripper } from './strip-overlap.ts'

/** Turns the parts of one answer into deltas: `push` for each, `end` when no more come. */
export interface AnswerAssembler {
  /** Throws the error that `fail` makes of a failure inside the stream. */
  push(part: AnswerPart): ChatDelta[]
  end(): ChatDelta[]
  /** True once the provider said why it stopped: only usage may follow. */
  readonly finished: boolean
}

/** Some servers leave usage out; then it is unknown, not estimated. */
const UNKNOWN_USAGE: TokenUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 }

export const createAnswerAssembler = (options: {
  /** Text that was delivered by an interrupted answer. */
  continueFrom: string
  /** See ProviderProtocol. */
  saysItsEnd: boolean
  fail: (failure: NonNullable<AnswerPart['failure']>) => Error
}): AnswerAssembler => {
  const overlap = createOverlapStripper(options.continueFrom)
  const joiner = createToolCallJoiner()
  let usage = UNKNOWN_USAGE
  let reason: FinishReason | undefined
  let isEmpty = true

  return {
    get finished() {
      return reason !== undefined
    },

    push(part) {
      if (part.failure) throw options.fail(part.failure)
      usage = part.usage ?? usage
      reason = part.finish ?? reason
      for (const fragment of part.fragments) joiner.add(fragment)
      if (part.text !== '' || part.reasoning !== '' || part.fragments.length > 0 || part.finish) isEmpty = false
      const deltas: ChatDelta[] = []
      if (part.reasoning !== '') deltas.push({ type: 'reasoning', text: part.reasoning })
      const text = part.text === '' ? '' : overlap.push(part.text)
      if (text !== '') deltas.push({ type: 'text', text })
      return deltas
    },

    end() {
      if (options.saysItsEnd && reason === undefined) {
        throw new ModelError('MODEL_UNREACHABLE', 'The connection to the model broke before its answer was complete.')
      }
      if (isEmpty) throw new ModelError('MODEL_BAD_ANSWER', 'The model answered with nothing.')
      const text = overlap.flush()
      const calls = joiner.calls()
      const known = reason ?? 'stop'
      return [
        ...(text === '' ? [] : [{ type: 'text', text } as const]),
        ...calls.map((call) => ({ type: 'tool-call', call }) as const),
        // Not every provider says tool_calls when it calls tools.
        { type: 'finish', reason: calls.length > 0 && known === 'stop' ? 'tool-calls' : known, usage },
      ]
    },
  }
}
