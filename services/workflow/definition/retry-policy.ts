import { type Static, Type } from '@sinclair/typebox'

const SECOND_MS = 1000
const TIMEOUT_SECONDS_DEFAULT = 60

const customOutputSchema = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.String(), Type.Null()])

/** A node's `retryConfig`, in the engine's spelling and in the console's. */
export const retryConfigSchema = Type.Object({
  timeout: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  should_retry: Type.Optional(Type.Boolean()),
  shouldRetry: Type.Optional(Type.Boolean()),
  max_retries: Type.Optional(Type.Integer({ minimum: 0 })),
  maxRetries: Type.Optional(Type.Integer({ minimum: 0 })),
  error_strategy: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 })),
  errorStrategy: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 })),
  custom_output: Type.Optional(customOutputSchema),
  customOutput: Type.Optional(customOutputSchema),
})

/** What happens when a node with error handling fails. */
export interface RetryPolicy {
  /** Limit of one attempt, or of the wait for the next token of a streaming node. */
  readonly timeoutMs: number
  /** Further attempts after the first, without a pause. */
  readonly retriesMax: number
  /** Fail the run, go on with `fixedOutputs`, or take the exception branch. */
  readonly strategy: 'fail' | 'fixed' | 'branch'
  readonly fixedOutputs: Readonly<Record<string, unknown>>
}

const STRATEGIES = ['fail', 'fixed', 'branch'] as const

/** Undefined when the node's error handling is off. Throws SyntaxError when the fixed outputs are given as malformed JSON. */
export const readRetryPolicy = (
  config: Static<typeof retryConfigSchema> | null | undefined,
): RetryPolicy | undefined => {
  if (!config || !(config.should_retry ?? config.shouldRetry)) return undefined
  return {
    timeoutMs: readTimeoutMs(config),
    retriesMax: config.max_retries ?? config.maxRetries ?? 0,
    strategy: STRATEGIES[config.error_strategy ?? config.errorStrategy ?? 0] ?? 'fail',
    fixedOutputs: readFixedOutputs(config.custom_output ?? config.customOutput),
  }
}

/** The time limit of a node, whether or not its error handling is on, ms. */
export const readTimeoutMs = (config: Static<typeof retryConfigSchema> | null | undefined): number =>
  (config?.timeout ?? TIMEOUT_SECONDS_DEFAULT) * SECOND_MS

const readFixedOutputs = (value: unknown): Record<string, unknown> => {
  const parsed: unknown = typeof value === 'string' && value.trim() !== '' ? JSON.parse(value) : value
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {}
  return parsed as Record<string, unknown>
}
