import type { ChatMessage, TokenUsage, ToolCall } from '#shared/models/chat-model.ts'
import type { KnowledgeChunk, PassagePlace, PinnedKnowledge } from './pinned-knowledge.ts'
import type { PinnedTool } from './pinned-tool.ts'
import type { TurnLimits } from './turn-limits.ts'

/**
 * Everything that happens in one turn of an agent: the journal of a run of kind `agent`. Checkpoint, stream and trace are projections of it.
 * A *round* is one question to the model, with the tool calls that its answer asks for.
 */
export type TurnEvent =
  | TurnStarted
  | Continued
  | CallingChosen
  | ModelDelta
  | ModelAnswered
  | ApprovalAsked
  | ApprovalDecided
  | ToolCalled
  | ToolResulted
  | LimitReached
  | TurnFinished

export const TURN_KIND = 'agent'

/**
 * Event 0: all that the turn depends on, pinned, so that it goes on unchanged on another worker after the bot was edited. What older versions
 * wrote is read by upgrade-turn.ts.
 */
export interface TurnStarted {
  type: 'started'
  /** The wire's session id, which its frames carry. */
  sid: string
  appId: string
  botId: string
  uid: string
  /** Free text of the caller ("workflow-agent-node"). */
  caller: string
  /** ISO 8601. */
  startedAt: string
  /** The conversation that the turn belongs to; absent for one that its caller keeps. */
  conversationId?: string
  /** What the owner asks of the agent: while it uses tools, and when it answers. */
  instructions: { reasoning: string; answer: string }
  /** What is known from before `messages`; absent where that is nothing. */
  background?: Background
  messages: ChatMessage[]
  /** Who thinks while tools are offered, and who answers when none are. */
  planModel: ModelReference
  answerModel: ModelReference
  calling: Calling
  tools: PinnedTool[]
  /** Sources of tools or knowledge that could not be reached, one sentence each: the model is told. */
  unavailable: string[]
  /** What a source that fails during the turn means: its end with the wire's code, or a failed call of which the model is told. */
  onBrokenSource: 'fail' | 'degrade'
  knowledge: PinnedKnowledge
  limits: TurnLimits
  approval: ApprovalPolicy
}

export interface Background {
  /** Of the conversation before its first message here; '' for none. */
  summary: string
  /** What the agent remembers of the user. */
  facts: string[]
}

/**
 * How the model is offered tools: by the provider's function calling, by text in the ReAct form, or `auto`: the first unless the model is
 * known, or turns out, not to have it.
 */
export type Calling = 'native' | 'react' | 'auto'

/** Which calls a person must allow first: none, those with effects, all, or those of the tools that are named here. */
export type ApprovalPolicy = 'never' | 'effects' | 'always' | string[]

/** A saved model by name, or an endpoint that the bot carries (its key sealed by the secret box); `fallbacks` are saved models that stand in. */
export type ModelReference =
  | { name: string; parameters: ModelParameters; fallbacks?: string[] }
  | { url: string; modelId: string; keySealed: string; parameters: ModelParameters; fallbacks?: string[] }

export interface ModelParameters {
  temperature?: number
  maxTokens?: number
}

/** Another worker took the turn over in this round, after so many characters of its answer. */
export interface Continued {
  type: 'continued'
  round: number
  deliveredChars: number
}

/** How the model is offered tools from here on: what `auto` came to. */
export interface CallingChosen {
  type: 'calling-chosen'
  calling: Exclude<Calling, 'auto'>
}

export interface ModelDelta {
  type: 'model-delta'
  round: number
  /** What the user sees. */
  content: string
  reasoning: string
  /** What the model wrote before `content` in the ReAct form and the user does not see: thoughts and calls. */
  hidden?: string
}

/** The whole answer of a round is here: a paid result, durable before anything is done with it. */
export interface ModelAnswered {
  type: 'model-answered'
  round: number
  model: string
  calls: ToolCall[]
  usage: TokenUsage
  /** Of the round, in billionths of the currency of the model's price. Absent for models without one. */
  costNano?: number
  /** What the model thought before it called, in the ReAct form. */
  thought?: string
  /** Why the answer is neither a call nor an answer in the ReAct form. The model is told and asked once more. */
  malformed?: string
}

/** A call must be allowed by a person before it is made. */
export interface ApprovalAsked {
  type: 'approval-asked'
  round: number
  index: number
  name: string
  arguments: string
  /** Of name and arguments: what is allowed is this very call. */
  argumentsHash: string
  /** ISO 8601. From then on the call counts as refused. */
  expiresAt: string
}

export interface ApprovalDecided {
  type: 'approval-decided'
  round: number
  index: number
  argumentsHash: string
  approved: boolean
  /** Told to the model where the call was refused; '' for none. */
  reason: string
  by: 'caller' | 'time'
}

/** A tool is about to be called; on disk before a tool with an effect is. */
export interface ToolCalled {
  type: 'tool-call'
  round: number
  /** Its place among the calls of the round. */
  index: number
  name: string
  arguments: string
  /** The same when the call is repeated after a crash. */
  idempotencyKey: string
}

export interface ToolResulted {
  type: 'tool-result'
  round: number
  index: number
  text: string
  failed: boolean
  /** The source's whole reply, for the wire's frames. */
  response?: unknown
  /** Passages that it found; `firstChunk` is the number of the first one within the turn. */
  chunks?: KnowledgeChunk[]
  firstChunk?: number
  /** Of models that the tool asked. */
  usage?: TokenUsage
}

/** Tools are of no use from here on: the answer model answers with what is known. */
export interface LimitReached {
  type: 'limit-reached'
  limit: LimitName
}

/** `repeats`: the same call again and again. `format`: answers in no form that can be read. The others are those of TurnLimits. */
export type LimitName = 'rounds' | 'time' | 'tokens' | 'cost' | 'repeats' | 'format'

export interface TurnFinished {
  type: 'finished'
  /** The wire's code: 0 for success. */
  code: number
  message: string
  usage: TokenUsage
  /** The passages that the answer could rest on. Absent when there were none. */
  citations?: Citation[]
}

export interface Citation extends PassagePlace {
  /** As the answer names it: `[1]`. */
  number: number
  docId: string
  chunkId: string
  title: string
  score?: number
  /** True when the answer names it. */
  cited: boolean
}
