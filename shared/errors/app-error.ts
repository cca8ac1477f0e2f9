/**
 * Every failure we expect has a code. The code decides the HTTP status and whether a caller may retry; the message is for people,
 * the remedy tells them what to do next.
 */
const failureKinds = {
  invalid: { status: 422, retryable: false },
  malformed: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  too_large: { status: 413, retryable: false },
  limited: { status: 429, retryable: true },
  bad_upstream: { status: 502, retryable: true },
  unavailable: { status: 503, retryable: true },
  timeout: { status: 504, retryable: true },
} as const

export type FailureKind = keyof typeof failureKinds

export abstract class AppError extends Error {
  /** Stable, unique, UPPER_SNAKE, beginning with the service's name. Never reuse a retired code. */
  abstract readonly code: string
  abstract readonly kind: FailureKind

  /** One sentence that tells the caller what to do. */
  readonly remedy: string | undefined
  /** Safe to show to the caller. Anything private belongs in `cause`. */
  readonly details: Record<string, unknown>

  constructor(message: string, options: { remedy?: string; details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = new.target.name
    this.remedy = options.remedy
    this.details = options.details ?? {}
  }

  get status(): number {
    return failureKinds[this.kind].status
  }

  get retryable(): boolean {
    return failureKinds[this.kind].retryable
  }
}
