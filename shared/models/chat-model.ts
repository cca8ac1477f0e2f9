import type { ModelFacts } from './model-facts.ts'

/** One message of a conversation, in OpenAI's roles. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: string
  /** Pictures that belong to a user's message, seen before its text. Models that cannot see refuse them at the provider. */
  images?: ChatImage[]
  /** On assistant messages that call tools. */
  toolCalls?: ToolCall[]
  /** On tool messages: the call that this answers. */
  toolCallId?: string
}

/** A picture: an `https:` address that the provider fetches, or a `data:<media type>;base64,…` URL that carries it. */
export interface ChatImage {
  url: string
}

export interface ToolCall {
  id: string
  name: string
  /** JSON text of the arguments, as the model wrote it. May be malformed: check before use. */
  arguments: string
  /**
   * What the provider wants to see again when the conversation goes on after this call: signed thinking, a thought's signature. Opaque; kept
   * with the call, given back with it in `toolCalls`, meaningless to other providers.
   */
  providerData?: string
}

export interface ToolDefinition {
  name: string
  description: string
  /** JSON Schema of the arguments object. */
  parameters: Record<string, unknown>
}

export interface TokenUsage {
  promptTokens: number
  completionTokens: number
  totalTokens: number
}

export interface ChatRequest {
  messages: ChatMessage[]
  tools?: ToolDefinition[]
  temperature?: number
  maxTokens?: number
  /**
   * Text of the answer that was already delivered before an interruption. The model goes on from there and its stream holds only what
   * follows: by an assistant prefix where the provider has one, by an instruction otherwise.
   */
  continueFrom?: string
  /** Further fields of the provider's request body, passed as they are. */
  extra?: Record<string, unknown>
  /** The app that the call is for: whose budget it is, and whose usage. Undefined for calls of no app. */
  appId?: string
  signal: AbortSignal
}

/**
 * A piece of a streamed answer. Tool calls arrive whole, after their fragments were joined. `finish` comes last, exactly once, and names the
 * saved model that answered, which may be one that stood in for the model that was asked.
 */
export type ChatDelta =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'tool-call'; call: ToolCall }
  | {
      type: 'finish'
      reason: 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other'
      usage: TokenUsage
      model?: string
    }

/** A language model that can be asked. Throws ModelError (model-error.ts) before or in the middle of a stream. */
export interface ChatModel {
  /** The name by which flows and agents call it. */
  readonly name: string
  /** Undefined for an endpoint that a request names. */
  readonly facts?: ModelFacts
  stream(request: ChatRequest): AsyncIterable<ChatDelta>
}

/** Finds models: saved rows by name, the rehearsal among them, or an endpoint that a wire request names inline. */
export interface ModelDirectory {
  /** Undefined when no enabled model has this name. */
  byName(name: string): Promise<ChatModel | undefined>
  /**
   * A model at an address that a flow or a request carries. The outbound guard applies, unless an administrator saved the same address.
   * @param endpoint.url the full chat-completions URL, or its base ending in `/v1`; a ws: or wss: URL is a Spark model, whose key is
   * `appId:key:secret`
   */
  inline(endpoint: { url: string; modelId: string; apiKey: string }): Promise<ChatModel>
}
