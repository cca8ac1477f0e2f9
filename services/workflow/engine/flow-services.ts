import type { ModelDirectory } from '#shared/models/chat-model.ts'

/** What nodes may use outside of the engine. Given to `runFlow` by the workflow service. */
export interface FlowServices {
  models: ModelDirectory
  knowledge: KnowledgeSource
}

/** The knowledge service, as nodes see it. */
export interface KnowledgeSource {
  /**
   * Finds chunks. Resolves to the `results` of the wire's chunk query, best first.
   * Throws an error whose message tells the cause; the node turns it into the wire's 20500.
   */
  query(request: KnowledgeQuery): Promise<unknown[]>
}

/** Fields of the wire's `POST /knowledge/v1/chunk/query`. */
export interface KnowledgeQuery {
  appId: string
  query: string
  topN: number
  ragType: string
  repoIds: string[]
  docIds: string[]
  flowId: string
  /** Least score of a result, 0 to 1. */
  threshold: number
  history: { role: string; content: string }[]
  signal: AbortSignal
}
