/** A chat frame of the wire (astron workflow API). Keys are in the wire's order; absent fields are left out of streams. */
export interface WireFrame {
  code: number
  message: string
  /** The session id. */
  id: string
  /** Unix time in seconds. */
  created: number
  workflow_step?: { node?: WireNode; seq: number; progress: number }
  choices: [WireChoice]
  usage?: WireUsage
  /** What the run asks its caller. */
  event_data?: WireEvent
}

export interface WireEvent {
  /** Decimal text, to be sent back with the answer. */
  event_id: string
  event_type: 'interrupt'
  need_reply: boolean
  /** `{type: 'direct', content}` or `{type: 'option', content, option: [{id, text, content_type}]}`. */
  value: Record<string, unknown>
}

export interface WireChoice {
  delta: { role: 'assistant'; content: string; reasoning_content: string }
  index?: number
  finish_reason?: 'stop' | 'interrupt'
}

export interface WireNode {
  id: string
  alias_name: string
  finish_reason?: 'stop' | 'interrupt'
  inputs: Record<string, unknown>
  outputs: Record<string, unknown>
  error_outputs: Record<string, unknown>
  ext?: Record<string, unknown>
  /** Seconds, three decimals. */
  executed_time: number
  usage?: WireUsage
}

export interface WireUsage {
  completion_tokens: number
  prompt_tokens: number
  total_tokens: number
}
