import type { FinishReason } from '../calls/answer-part.ts'

/** One thing that a provider says, whatever its protocol writes for it. */
export type WireStep =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** A piece whose content is null or missing. */
  | { type: 'nothing' }
  /** A fragment of a tool call. Fragments of one place belong together; the first brings id and name. */
  | { type: 'call'; place: number; id?: string; name?: string; arguments: string }
  /** Fields, events and kinds of content that nobody has heard of. */
  | { type: 'unknown' }
  /** Something that is no JSON. */
  | { type: 'malformed' }
  /** An error inside an answer that began well. */
  | { type: 'failure'; message: string }
  | { type: 'finish'; reason: FinishReason; usage?: { prompt: number; completion: number } }

/** Turns steps into what goes over the wire: each text is one event, line or frame. Protocols without fragments hold calls back. */
export interface WireWriter {
  write(step: WireStep): string[]
}

export const say = (...texts: string[]): WireStep[] => texts.map((text) => ({ type: 'text', text }))
export const stop: WireStep = { type: 'finish', reason: 'stop' }

/** What a provider was asked, read back from its own protocol. */
export interface SeenRequest {
  model: string
  key: string
  system: string
  messages: { role: string; text: string }[]
  /** Base64 of the pictures, in order. */
  images: string[]
  tools: { name: string; parameters: unknown }[]
  temperature: unknown
  maxTokens: unknown
  /** Calls of the history as `name {"a":1}`, results as `name or id: text`. */
  calls: string[]
  results: string[]
}
