import type { ChatDelta, TokenUsage } from '../chat-model.ts'
import type { ToolCallFragment } from './join-tool-calls.ts'
import type { ProviderFailure } from './provider-error.ts'

export type FinishReason = Extract<ChatDelta, { type: 'finish' }>['reason']

/** What one chunk of a stream, or one whole answer, holds, whatever the protocol. Empty texts mean nothing. */
export interface AnswerPart {
  text: string
  reasoning: string
  fragments: readonly ToolCallFragment[]
  finish?: FinishReason
  /** What is known so far; a later one replaces it. */
  usage?: TokenUsage
  failure?: ProviderFailure
}

export const NO_FRAGMENTS: readonly ToolCallFragment[] = []

/** Reads one answer of a provider, piece by piece. May throw MODEL_BAD_ANSWER. */
export interface AnswerReader {
  feed(text: string): readonly AnswerPart[]
  /** What was held back when the body ended. */
  end(): readonly AnswerPart[]
  /** True once the protocol itself said that nothing more comes. */
  readonly isDone: boolean
}

/** An answer on its way. */
export interface AnswerStream {
  /** The next parts, maybe none; undefined when no more come. Rejects when the connection breaks or the signal of the call aborts. */
  next(): Promise<readonly AnswerPart[] | undefined>
  /** Closes the connection; a `next` that waits gives undefined. May be called twice. */
  close(): Promise<void>
}
