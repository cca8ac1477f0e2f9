/** What one ended call used, or what an open one has used so far. */
export interface UsageEntry {
  /** '' when it belongs to no app. */
  appId: string
  model: string
  /** '' when the model has no price. */
  currency: string
  promptTokens: number
  completionTokens: number
  /** Of both. */
  estimatedTokens: number
  /** Billionths of the currency. */
  costNano: number
  /** It failed, was cut, or left by its reader. */
  broken: boolean
}

/** A call under way, as a process notes it for the case of its death. */
export interface OpenCall extends UsageEntry {
  /** ISO 8601, beginning of the hour in which it began, UTC. */
  hour: string
}
