import type { ModelDirectory } from '#shared/models/chat-model.ts'

/** What nodes may use outside of the engine. Given to `runFlow` by the workflow service. */
export interface FlowServices {
  models: ModelDirectory
  knowledge: KnowledgeSource
  variables: VariableStore
  agents: AgentSource
}

/** The agent service, as nodes see it. */
export interface AgentSource {
  /** Asks the wire's custom chat route. Ends after the last frame; throws an error whose message tells why there are no more. */
  chat(request: { body: Readonly<Record<string, unknown>>; signal: AbortSignal }): AsyncIterable<AgentFrame>
}

export interface AgentMessage {
  role: 'user' | 'assistant'
  content: string
}

/** What nodes read of a frame of the wire's agent chat. A code other than 0 is a failure. */
export interface AgentFrame {
  code: number
  message: string
  choices: {
    delta: {
      content?: string | null
      reasoning_content?: string | null
      tool_calls?: { function: { name: string; arguments: string; response: string } }[] | null
    }
  }[]
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null
}

/** What conversations remember between runs. Values are plain JSON. */
export interface VariableStore {
  /** Keeps all values at once, over earlier ones of the same names. */
  set(scope: VariableScope, values: Readonly<Record<string, unknown>>): Promise<void>
  /** The kept values among these names. */
  get(scope: VariableScope, names: readonly string[]): Promise<ReadonlyMap<string, unknown>>
}

/** A conversation: nothing is shared beyond it. */
export interface VariableScope {
  flowId: string
  appId: string
  uid: string
  chatId: string
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
