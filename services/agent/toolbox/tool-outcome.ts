import type { TokenUsage } from '#shared/models/chat-model.ts'
import type { KnowledgeChunk } from '../loop/pinned-knowledge.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'

/** What a call came to. A failed one is an answer too: the model reads why and goes on. */
export interface ToolOutcome {
  /** For the model. */
  text: string
  failed: boolean
  /** The source's whole reply, for the wire's frames. */
  response?: unknown
  /** Passages that the model may cite; their numbers are given when the result is written down. */
  chunks?: KnowledgeChunk[]
  /** Of models that the tool asked. */
  usage?: TokenUsage
}

/** Whose call it is, and for how long. */
export interface ToolContext {
  appId: string
  uid: string
  sid: string
  /** The same when the call is repeated after a crash. */
  idempotencyKey: string
  now: Date
  signal: AbortSignal
}

/** Runs one kind of tools. Throws SourceError when the source cannot be asked, ToolInputError for arguments that it cannot use. */
export type RunTool = (tool: PinnedTool, input: Record<string, unknown>, context: ToolContext) => Promise<ToolOutcome>
