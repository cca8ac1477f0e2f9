import { AgentToolInvalidError, AgentToolUnknownError } from '../errors.ts'
import type { Toolbox } from '../toolbox/toolbox.ts'
import { DEFAULT_TOOL_VERSION } from '../turns/plugins.ts'
import type { ChangeAgentBody } from './agent-schemas.ts'
import { type AgentMemory, type AgentTool, type ConversationMemory, DEFAULT_RAG_TYPE } from './agent-settings.ts'

/** The parts of a body that are one of several forms: what each leaves out has a default, which the schema of a union cannot fill in. */

type ToolBody = NonNullable<ChangeAgentBody['tools']>[number]
type MemoryBody = NonNullable<ChangeAgentBody['memory']>

/** Throws AGENT_TOOL_… for a tool that cannot be meant. Pure. */
export const toTool = (tool: ToolBody, toolbox: Toolbox): AgentTool => {
  const filled = withDefaults(tool)
  if (filled.kind === 'builtin' && !toolbox.find(filled.id)) throw new AgentToolUnknownError(filled.id, toolbox.ids())
  if (filled.kind === 'mcp' && (filled.serverId === '') === (filled.url === '')) {
    throw new AgentToolInvalidError('tools of an MCP server name either its serverId or its url')
  }
  if (filled.kind === 'knowledge' && filled.bases.length === 0) {
    throw new AgentToolInvalidError('a search of knowledge names at least one base')
  }
  return filled
}

const withDefaults = (tool: ToolBody): AgentTool => {
  if (typeof tool === 'string') return { kind: 'builtin', id: tool }
  switch (tool.kind) {
    case 'link':
      return {
        kind: 'link',
        toolId: tool.toolId,
        version: tool.version ?? DEFAULT_TOOL_VERSION,
        operationId: tool.operationId ?? null,
      }
    case 'mcp':
      return { kind: 'mcp', serverId: tool.serverId ?? '', url: tool.url ?? '', names: tool.names ?? null }
    case 'knowledge':
      return {
        kind: 'knowledge',
        name: tool.name ?? 'knowledge',
        description: tool.description ?? '',
        bases: tool.bases,
        documents: tool.documents ?? [],
        topK: tool.topK ?? 3,
        threshold: tool.threshold ?? 0.3,
        mode: tool.mode ?? 'always',
        ragType: tool.ragType ?? DEFAULT_RAG_TYPE,
      }
    default:
      return tool
  }
}

export const toMemory = ({ conversation, longTerm }: MemoryBody): AgentMemory => ({
  conversation: toConversationMemory(conversation),
  longTerm: { enabled: longTerm.enabled ?? false, tokensMax: longTerm.tokensMax ?? 500 },
})

const toConversationMemory = (memory: MemoryBody['conversation']): ConversationMemory => {
  switch (memory.mode) {
    case 'window':
      return { mode: 'window', messages: memory.messages ?? 20 }
    case 'budget':
      return { mode: 'budget', tokens: memory.tokens ?? 8_000 }
    case 'summary':
      return { mode: 'summary', messages: memory.messages ?? 10, model: memory.model ?? null }
  }
}
