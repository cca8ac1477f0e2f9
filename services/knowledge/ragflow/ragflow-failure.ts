import { type WireCode, wireError } from '../wire/wire-error.ts'

/**
 * Why RAGFlow did not do what it was asked: `unreachable` (no answer, or one of a broken server), `timeout`, `unauthorised`, `unreadable` (an
 * answer that is not of its API), `refused` (it answered, with a code that is not 0).
 */
export type RagflowReason = 'unreachable' | 'timeout' | 'unauthorised' | 'unreadable' | 'refused'

/** Not permitted, not found. */
const ABSENT_CODES = [108, 404]
/** RAGFlow has one code for wrong data of all kinds; what is meant stands in its words. */
const ABSENT_WORDS = /lacks permission|(?:don't|doesn't|do not|does not) (?:own|exist|have)|can't find|not found/i

export class RagflowFailure extends Error {
  readonly reason: RagflowReason
  /** RAGFlow's own number, where it gave one. */
  readonly ragflowCode: number | undefined

  constructor(reason: RagflowReason, message: string, options: { cause?: unknown; ragflowCode?: number } = {}) {
    super(message, options)
    this.name = 'RagflowFailure'
    this.reason = reason
    this.ragflowCode = options.ragflowCode
  }

  /** True when RAGFlow says that what was asked about is not there, or not the key's to see, and nothing worse. */
  get isAbsence(): boolean {
    if (this.reason !== 'refused') return false
    return ABSENT_CODES.includes(this.ragflowCode ?? 0) || ABSENT_WORDS.test(this.message)
  }
}

/** Does the work; a failure of RAGFlow becomes the wire's error with this code, so that an outage never looks like an empty answer. */
export const asWireError = async <Answer>(code: WireCode, work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work()
  } catch (error) {
    throw toWireError(code, error)
  }
}

const toWireError = (code: WireCode, error: unknown): unknown =>
  error instanceof RagflowFailure ? wireError(code, `RAGFlow: ${error.message}`, { cause: error }) : error

/** The answer, or this one where RAGFlow says that the thing is not there. */
export const orIfAbsent = async <Answer>(asked: Promise<Answer>, absent: Answer): Promise<Answer> => {
  try {
    return await asked
  } catch (error) {
    if (error instanceof RagflowFailure && error.isAbsence) return absent
    throw error
  }
}
