import { AppError, type FailureKind } from '#shared/errors/app-error.ts'

/** What can go wrong with a model, and what its user can do about it. */
const failures = {
  MODEL_UNREACHABLE: {
    kind: 'unavailable',
    remedy: 'Check that the model endpoint runs and that its URL is right; test it with POST /api/models/{name}/test.',
  },
  MODEL_REFUSED: {
    kind: 'bad_upstream',
    remedy: 'Read the reason of the provider; check the API key, the model id and the parameters of the model.',
  },
  MODEL_LIMITED: {
    kind: 'limited',
    remedy: 'Wait and try again, or raise the rate limit or quota at the provider.',
  },
  MODEL_TIMEOUT: {
    kind: 'timeout',
    remedy: 'Try again; if it stays, the provider is overloaded or the answer is too long: lower max_tokens.',
  },
  MODEL_BAD_ANSWER: {
    kind: 'bad_upstream',
    remedy: 'Check that the URL of the model is an endpoint of its provider.',
  },
  MODEL_UNKNOWN: {
    kind: 'not_found',
    remedy: 'List the models with GET /api/models; add this one with POST /api/models or enable it.',
  },
  MODEL_KEY_UNREADABLE: {
    kind: 'unavailable',
    remedy: 'Restore the instance key that it was stored with, or set the API key of the model again.',
  },
  MODEL_IMAGE_INVALID: {
    kind: 'invalid',
    remedy: 'Give pictures as data:image/…;base64,… URLs, or as https: addresses that answer with an image.',
  },
  MODEL_BUSY: {
    kind: 'limited',
    remedy:
      'Wait and try again, or raise the concurrency of the model (PUT /api/models/{name}) or of the app (PUT /api/budgets/{appId}).',
  },
  MODEL_BUDGET_EXCEEDED: {
    kind: 'limited',
    remedy: 'Wait for the next period, or have an administrator raise the budget with PUT /api/budgets/{appId}.',
  },
  MODEL_BUDGET_CURRENCY: {
    kind: 'forbidden',
    remedy: 'Give the budget of the app and the price of the model the same currency.',
  },
  MODEL_KIND_WRONG: {
    kind: 'invalid',
    remedy: 'Choose a model of the right kind; GET /api/models tells the kind of each.',
  },
  MODEL_FALLBACK_WRONG: {
    kind: 'invalid',
    remedy: 'Name saved models of the same kind whose own stand-ins do not lead back to this one.',
  },
  MODEL_URL_INVALID: {
    kind: 'invalid',
    remedy: 'Give the URL of the endpoint, or its base (for an OpenAI-compatible one ending in /v1), with its scheme.',
  },
} as const satisfies Record<string, { kind: FailureKind; remedy: string }>

export type ModelErrorCode = keyof typeof failures

/**
 * A failed model call. The message is safe to show: it holds no key, no prompt and no address of ours.
 * `providerStatus` is the HTTP status of the provider where it sent one; `retryAfterMs` what it asked us to wait.
 */
export class ModelError extends AppError {
  readonly code: ModelErrorCode
  readonly kind: FailureKind
  readonly providerStatus: number | undefined
  readonly retryAfterMs: number | undefined
  /** The provider's own number for what went wrong, where it has such numbers. */
  readonly vendorCode: number | undefined
  /** What the provider itself said, without keys. */
  readonly providerMessage: string | undefined

  constructor(
    code: ModelErrorCode,
    message: string,
    options: {
      providerStatus?: number
      retryAfterMs?: number | undefined
      providerMessage?: string
      vendorCode?: number | undefined
      cause?: unknown
    } = {},
  ) {
    const { retryAfterMs } = options
    super(message, {
      remedy: failures[code].remedy,
      cause: options.cause,
      details: retryAfterMs === undefined ? {} : { retryAfterMs },
    })
    this.code = code
    this.kind = failures[code].kind
    this.providerStatus = options.providerStatus
    this.retryAfterMs = retryAfterMs
    this.vendorCode = options.vendorCode
    this.providerMessage = options.providerMessage
  }
}

export const unknownModel = (name: string): ModelError =>
  new ModelError('MODEL_UNKNOWN', `No enabled model is named "${name}".`)
