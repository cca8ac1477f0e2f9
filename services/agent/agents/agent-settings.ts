import type { ApprovalPolicy, Calling } from '../loop/turn-events.ts'
import { DEFAULT_LIMITS, type TurnLimits } from '../loop/turn-limits.ts'

/**
 * What an agent is: one document, of which the wire's bot configuration is another view (settings-to-wire.ts, wire-to-settings.ts). A draft
 * holds one, and so does each published version. Keys of models are kept apart from it, sealed.
 */
export interface AgentSettings {
  /** What is asked of the agent. */
  instruction: string
  /** What is asked of it when it answers without tools; null: the same. */
  answerInstruction: string | null
  model: AgentModel
  /** Who answers when no tools are offered; null: the same model. */
  answerModel: AgentModel | null
  /** Names of saved models that are asked, one after another, when `model` or `answerModel` cannot answer. */
  fallbackModels: string[]
  tools: AgentTool[]
  calling: Calling
  approval: ApprovalPolicy
  limits: TurnLimits
  /** True: the answer names the passages of knowledge that it rests on, as `[1]`. */
  cite: boolean
  /** What a source of tools or knowledge that cannot be reached means: a failed turn, or one without it. */
  onBrokenSource: 'fail' | 'degrade'
  memory: AgentMemory
  /** What a user sees before the first question. */
  opening: { text: string; questions: string[] }
  wire: WireOnly
}

export interface AgentModel {
  /** Name of a saved model; with a `url`, the provider's name of the model. */
  name: string
  /** Base URL of an OpenAI-compatible endpoint of the agent's own; '' for saved models. */
  url: string
  temperature: number
  /** Tokens of one answer; 0: as many as the model gives. */
  maxTokens: number
}

export type AgentTool = BuiltInTool | LinkTool | McpTool | FlowTool | KnowledgeTool

export interface BuiltInTool {
  kind: 'builtin'
  id: string
}

export interface LinkTool {
  kind: 'link'
  toolId: string
  version: string
  /** One operation of the tool; null: all of them. */
  operationId: string | null
}

/** Tools of an MCP server: a registered one by its id, or one at an address. */
export interface McpTool {
  kind: 'mcp'
  /** '' where there is a `url`. */
  serverId: string
  /** '' where there is a `serverId`. */
  url: string
  /** Only these tools of the server; null: all of them. */
  names: string[] | null
}

export interface FlowTool {
  kind: 'flow'
  flowId: string
}

export interface KnowledgeTool {
  kind: 'knowledge'
  name: string
  description: string
  bases: string[]
  documents: string[]
  /** Passages wanted, 1 to 5. */
  topK: number
  /** Least score, 0 to 1. */
  threshold: number
  /** `always`: asked with the question before each turn. `tool`: the model asks it, in its own words. */
  mode: 'always' | 'tool'
  /** The knowledge service's name of its strategy. */
  ragType: string
}

/** What of a conversation a turn reads again, and what an agent remembers beyond it. */
export interface AgentMemory {
  conversation: ConversationMemory
  /** Facts about a user that the agent notes by tools. Off unless it is switched on. */
  longTerm: { enabled: boolean; tokensMax: number }
}

export type ConversationMemory =
  /** The last messages. */
  | { mode: 'window'; messages: number }
  /** As many of the last messages as fit. */
  | { mode: 'budget'; tokens: number }
  /** The last messages, and a summary of all before them that a model keeps. */
  | { mode: 'summary'; messages: number; model: string | null }

/** What only the wire's configuration has; kept as it was sent, without effect here. */
export interface WireOnly {
  plan: WireModelOnly
  summary: WireModelOnly
  /** Of the knowledge search that is not configured. */
  knowledge: { topK: number; threshold: number; ragType: string }
}

export interface WireModelOnly {
  questionType: string
  topK: number
  patchIds: string[]
  callsFunctions: boolean
}

export const DEFAULT_RAG_TYPE = 'AIUI-RAG2'

const DEFAULT_WIRE_MODEL: WireModelOnly = {
  questionType: 'not_knowledge',
  topK: 4,
  patchIds: [],
  callsFunctions: false,
}

export const DEFAULT_MODEL: AgentModel = { name: '', url: '', temperature: 0.5, maxTokens: 2048 }

/** An agent about which nothing was said yet. */
export const DEFAULT_SETTINGS: AgentSettings = {
  instruction: '',
  answerInstruction: null,
  model: DEFAULT_MODEL,
  answerModel: null,
  fallbackModels: [],
  tools: [],
  calling: 'auto',
  approval: 'never',
  limits: DEFAULT_LIMITS,
  cite: false,
  onBrokenSource: 'fail',
  memory: { conversation: { mode: 'window', messages: 20 }, longTerm: { enabled: false, tokensMax: 500 } },
  opening: { text: '', questions: [] },
  wire: {
    plan: DEFAULT_WIRE_MODEL,
    summary: DEFAULT_WIRE_MODEL,
    knowledge: { topK: 3, threshold: 0.3, ragType: DEFAULT_RAG_TYPE },
  },
}

/** Keys of the endpoints that an agent brings itself; '' where there is none. */
export interface AgentKeys {
  model: string
  answerModel: string
}

export const NO_KEYS: AgentKeys = { model: '', answerModel: '' }

/** Settings with their keys: what is saved, published and compared as one. */
export interface AgentContent {
  settings: AgentSettings
  keys: AgentKeys
}
