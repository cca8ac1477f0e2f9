import type { ModelDirectory } from '#shared/models/chat-model.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Sandbox } from '#shared/sandbox/sandbox.ts'
import type { Plan } from '../definition/plan.ts'

/** What nodes may use outside of the engine. Given to `runFlow` by the workflow service. */
export interface FlowServices {
  models: ModelDirectory
  knowledge: KnowledgeSource
  knowledgeAgents: KnowledgeAgentSource
  variables: VariableStore
  histories: HistoryStore
  /** Runs the programs of code nodes. */
  code: Sandbox
  agents: AgentSource
  tools: ToolSource
  flows: FlowSource
  /** The way to every address that a flow names. */
  outbound: OutboundGuard
  files: UploadedFiles
}

/** Published flows that a flow may run inside of itself. */
export interface FlowSource {
  /** The version to run: the named one, or the newest. Throws when the calling flow's owner may not run it, or nothing is published. */
  resolve(flow: { flowId: string; version: string }): Promise<PinnedFlow>
  load(definitionHash: string): Promise<Plan>
  /** What the nodes of a flow of this owner may use. */
  servicesFor(ownerAppId: string): FlowServices
}

/** One version of a flow, chosen for a run. Plain JSON: it is kept in the journal. */
export interface PinnedFlow {
  definitionHash: string
  version: string
  /** The app that the flow belongs to. */
  ownerAppId: string
  /** The app that it is run for: the owner of the flow that calls it. */
  callerAppId: string
}

/** Files that were uploaded to this installation. */
export interface UploadedFiles {
  /** The file at an address of ours, whatever host it is written with; undefined for other addresses. */
  find(address: string): Promise<{ name: string; sizeBytes: number; path: string } | undefined>
}

/** The tool hub (link service), as nodes see it. Both calls throw ToolCallError. */
export interface ToolSource {
  /** The OpenAPI document of one version of a tool. */
  schemaOf(tool: { toolId: string; version: string; signal: AbortSignal }): Promise<Readonly<Record<string, unknown>>>
  /** Runs an operation. Resolves to the text of its answer, JSON as a rule. */
  run(call: ToolCall): Promise<string>
}

/** Fields of the wire's `POST /api/v1/tools/http_run`. */
export interface ToolCall {
  toolId: string
  operationId: string
  version: string
  message: ToolMessage
  /** Sent as `Idempotency-Key`. */
  idempotencyKey: string
  signal: AbortSignal
}

/** Where the values of a tool call go. Empty parts are left out on the wire. */
export interface ToolMessage {
  header: Readonly<Record<string, unknown>>
  query: Readonly<Record<string, unknown>>
  path: Readonly<Record<string, unknown>>
  body: Readonly<Record<string, unknown>>
}

/** The knowledge service's answering of questions (deep search, long texts), as nodes see it. */
export interface KnowledgeAgentSource {
  /** Ends after the last frame; throws an error whose message tells why there are no more. */
  answer(request: { body: Readonly<Record<string, unknown>>; signal: AbortSignal }): AsyncIterable<KnowledgeAgentFrame>
}

/** A frame of the wire's knowledge answer: words of it, or what it rests on. */
export type KnowledgeAgentFrame =
  | { content_type: 'answer'; content: string }
  | { content_type: 'knowledge_metadata'; content: unknown }

/** The agent service, as nodes see it. */
export interface AgentSource {
  /** Asks the wire's custom chat route. Ends after the last frame; throws an error whose message tells why there are no more. */
  chat(request: {
    body: Readonly<Record<string, unknown>>
    /** Sent as `Idempotency-Key`. */
    idempotencyKey: string
    signal: AbortSignal
  }): AsyncIterable<AgentFrame>
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

/** What nodes asked models in earlier runs, and were answered. */
export interface HistoryStore {
  /** Keeps a round. A key that is there already is kept once. */
  remember(scope: HistoryScope, round: HistoryRound): Promise<void>
  /** The newest rounds, oldest of them first, without the one of a key. */
  recall(scope: HistoryScope, exceptKey: string): Promise<Pick<HistoryRound, 'question' | 'answer'>[]>
}

export interface HistoryRound {
  /** Of the execution that it comes from. */
  key: string
  question: string
  answer: string
}

/** One node in one conversation. */
export interface HistoryScope extends VariableScope {
  nodeId: string
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
