import type { ToolDefinition } from '#shared/models/chat-model.ts'
import type { LinkOperation } from './link-operation.ts'
import type { KnowledgeSearch } from './pinned-knowledge.ts'

/** A tool as a turn pinned it: it is offered and called the same until the turn ends, whatever becomes of its source. */
export interface PinnedTool {
  /** What the model sees. The name is unique within the turn. */
  definition: ToolDefinition
  /** True when running it twice matters: then the call is on disk before it is made, and carries its idempotency key. */
  hasEffect: boolean
  reference: ToolReference
}

/** Where a tool is, and which version of it. */
export type ToolReference =
  | { kind: 'builtin'; toolId: string }
  | { kind: 'link'; toolId: string; version: string; operation: LinkOperation }
  | { kind: 'mcp'; serverId: string; serverUrl: string; toolName: string }
  /** `version` is '' for the published one of the moment of the call. */
  | { kind: 'workflow'; flowId: string; version: string; name: string }
  | { kind: 'knowledge'; search: KnowledgeSearch }
  | { kind: 'memory'; action: 'remember' | 'forget'; botId: string }

export type ToolKind = ToolReference['kind']

/** The tool that a model means by a name. Its case may be wrong. Pure. */
export const findTool = (tools: readonly PinnedTool[], name: string): PinnedTool | undefined => {
  const exact = tools.find(({ definition }) => definition.name === name)
  if (exact) return exact
  const plain = name.trim().toLowerCase()
  return tools.find(({ definition }) => definition.name.toLowerCase() === plain)
}
