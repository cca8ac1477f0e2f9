import type { KnowledgeSearch } from '../loop/pinned-knowledge.ts'

/** What an agent may use besides its model, as its configuration or a request names it. */
export interface Plugins {
  /** Tools of the link service, or built-in ones, which have no versions. */
  tools: { toolId: string; version: string }[]
  /** MCP servers that were registered, by their ids. */
  mcpServerIds: string[]
  /** MCP servers by their addresses. */
  mcpServerUrls: string[]
  flowIds: string[]
  /** Searches that are asked one by one, at the same time. */
  knowledge: KnowledgeSearch[]
}

/** Version of a tool that is named by its id alone. */
export const DEFAULT_TOOL_VERSION = 'V1.0'
