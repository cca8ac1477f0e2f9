import type {
  CompleteResult,
  CreateMessageRequest,
  CreateMessageResult,
  ElicitRequest,
  ElicitResult,
  LoggingLevel,
  Root,
  ServerCapabilities,
} from '@modelcontextprotocol/sdk/types.js'
import type { McpTool } from './mcp-tool.ts'

/** How long one request may take, and when it is given up. */
export interface RequestLimits {
  timeoutMs: number
  signal: AbortSignal
}

export interface McpProgress {
  progress: number
  total?: number | undefined
  message?: string | undefined
}

export interface McpCall {
  name: string
  arguments: Readonly<Record<string, unknown>>
  /** Passed on as `_meta`. */
  meta?: Readonly<Record<string, unknown>>
  onProgress?: (progress: McpProgress) => void
}

export interface McpCallResult {
  /** Texts, images, audio, resources and links, and kinds that are yet to come, as the server sent them. */
  content: Record<string, unknown>[]
  structuredContent?: Record<string, unknown>
  /** The tool failed in its own terms: the content says how. */
  isError: boolean
  /** What is wrong with the structured content by the tool's own schema. */
  structureFault?: string
}

/** What a server may ask of us. It is told that it may only for those that are here. */
export interface McpHandlers {
  elicit?(request: ElicitRequest['params'], signal: AbortSignal): Promise<ElicitResult>
  sample?(request: CreateMessageRequest['params'], signal: AbortSignal): Promise<CreateMessageResult>
  roots?(): Promise<Root[]>
  log?(entry: { level: LoggingLevel; logger?: string | undefined; data: unknown }): void
  resourceUpdated?(uri: string): void
  /** The tools, prompts or resources changed. What is kept of the tools is dropped before. */
  listChanged?(list: 'tools' | 'prompts' | 'resources'): void
}

type JsonObject = Record<string, unknown>

/** An open session with a server. Requests throw MCP_… AppErrors, or the reason of an aborted signal. */
export interface McpSession {
  readonly server: { name: string; title?: string | undefined; version: string }
  readonly instructions: string | undefined
  readonly protocolVersion: string | undefined
  readonly capabilities: ServerCapabilities
  readonly transport: 'streamable-http' | 'sse' | 'stdio'
  /** Process id of a program that was started. */
  readonly pid: number | undefined
  /** Why it is over; undefined while it is open. */
  readonly ending: string | undefined
  /** Kept until the server says that they changed, or for a while where it does not say such things. */
  listTools(limits: RequestLimits): Promise<McpTool[]>
  callTool(call: McpCall, limits: RequestLimits): Promise<McpCallResult>
  listResources(limits: RequestLimits): Promise<JsonObject[]>
  listResourceTemplates(limits: RequestLimits): Promise<JsonObject[]>
  readResource(uri: string, limits: RequestLimits): Promise<JsonObject[]>
  subscribe(uri: string, limits: RequestLimits): Promise<void>
  unsubscribe(uri: string, limits: RequestLimits): Promise<void>
  listPrompts(limits: RequestLimits): Promise<JsonObject[]>
  getPrompt(name: string, values: Record<string, string>, limits: RequestLimits): Promise<JsonObject>
  complete(
    reference: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string },
    argument: { name: string; value: string },
    limits: RequestLimits,
  ): Promise<CompleteResult['completion']>
  setLogLevel(level: LoggingLevel, limits: RequestLimits): Promise<void>
  ping(limits: RequestLimits): Promise<void>
  close(): Promise<void>
}
