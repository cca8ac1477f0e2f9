/** What one call used, ended or so far. */
export interface UsageEntry {
  /** '' when it belongs to no app. */
  appId: string
  model: string
  /** '' when the model has no price. */
  currency: string
  promptTokens: number
  completionTokens: number
  /** True when the provider told no usage, or none yet, so that the tokens are our estimate. */
  estimated: boolean
  /** Billionths of the currency. */
  costNano: number
  /** It failed, was cut, or left by its reader. */
  broken: boolean
}

/** Calls added up. */
export interface UsageCounts {
  currency: string
  calls: number
  brokenCalls: number
  estimatedCalls: number
  promptTokens: number
  completionTokens: number
  estimatedTokens: number
  costNano: number
}

/** A row of the table, or what is about to be added to one. */
export interface UsageSum extends UsageCounts {
  /** Beginning of the hour, UTC, ISO 8601. */
  hour: string
  appId: string
  model: string
}

const HOUR_MS = 3_600_000

/** Beginning of the hour in UTC, ISO 8601. */
export const hourOf = (atMs: number): string => new Date(Math.floor(atMs / HOUR_MS) * HOUR_MS).toISOString()
