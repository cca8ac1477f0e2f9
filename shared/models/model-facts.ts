/** What a model costs, per million tokens. */
export interface ModelPrice {
  promptPerMillion: number
  completionPerMillion: number
  /** ISO 4217, such as `USD`. */
  currency: string
}

/** What is left out is not limited, or not known. */
export interface ModelLimits {
  /** Calls at the same time, over all processes. */
  concurrencyMax?: number
  /** Prompt and answer together. */
  contextTokensMax?: number
  /** Of one answer; a request that asks for more is asked for this many. */
  outputTokensMax?: number
  /** Texts of an embedding model, or documents of a rerank model, in one request. */
  batchMax?: number
  /** Numbers in a vector of an embedding model; another count is refused. */
  dimensions?: number
}

export type Capability = 'true' | 'false' | 'unknown'

export interface ModelCapabilities {
  /** Native function calling. */
  tools: Capability
  images: Capability
  /** Shows its thinking. */
  reasoning: Capability
}

/** What is known of a model before it is asked. */
export interface ModelFacts {
  /** Absent or null for a model without one. */
  price?: ModelPrice | null
  limits: ModelLimits
  capabilities: ModelCapabilities
}

export const UNKNOWN_CAPABILITIES: ModelCapabilities = { tools: 'unknown', images: 'unknown', reasoning: 'unknown' }
