import type { ChatMessage, TokenUsage, ToolCall } from '#shared/models/chat-model.ts'

/**
 * Everything that happens in one turn of an agent: the journal of a run of kind `agent`. Checkpoint, stream and trace are projections of it.
 * A *round* is one question to the model, with the tool calls that its answer asks for.
 */
export type TurnEvent = TurnStarted | Continued | ModelDelta | ModelAnswered | ToolCalled | ToolResulted | TurnFinished

export const TURN_KIND = 'agent'

/** Event 0: all that the turn depends on, pinned, so that it goes on unchanged on another worker after the bot was edited. */
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
  instruction: string
  messages: ChatMessage[]
  /** Who thinks while tools are offered, and who answers when none are. */
  planModel: ModelReference
  answerModel: ModelReference
  toolIds: string[]
  /** Rounds with tools; after them the answer model answers without. */
  roundsMax: number
}

/** A saved model by name, or an endpoint that the bot carries (its key sealed by the secret box). */
export type ModelReference =
  | { name: string; parameters: ModelParameters }
  | { url: string; modelId: string; keySealed: string; parameters: ModelParameters }

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

export interface ModelDelta {
  type: 'model-delta'
  round: number
  content: string
  reasoning: string
}

/** The whole answer of a round is here: a paid result, durable before anything is done with it. */
export interface ModelAnswered {
  type: 'model-answered'
  round: number
  model: string
  calls: ToolCall[]
  usage: TokenUsage
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
}

export interface TurnFinished {
  type: 'finished'
  /** The wire's code: 0 for success. */
  code: number
  message: string
  usage: TokenUsage
}
