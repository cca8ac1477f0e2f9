import type { Span } from '../source-text.ts'

/** A question with its answer, and where both stand in the text. */
export interface QuestionPair extends Span {
  question: string
  answer: string
  /** The headings above it, without the question where that is one. */
  title: string
}
