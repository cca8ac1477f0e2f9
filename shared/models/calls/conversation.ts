import type { ChatMessage, ToolCall } from '../chat-model.ts'
import { type JsonObject, parseObject } from './read-json.ts'

/**
 * A conversation for providers that keep instructions apart from it: all system messages joined, and the others. Those providers want at
 * least one message, so instructions alone become a user's.
 */
export const splitSystem = (messages: readonly ChatMessage[]): { system: string; turns: ChatMessage[] } => {
  const system = messages
    .filter((message) => message.role === 'system' && message.content !== '')
    .map((message) => message.content)
    .join('\n\n')
  const turns = messages.filter((message) => message.role !== 'system')
  return turns.length > 0 ? { system, turns } : { system: '', turns: [{ role: 'user', content: system }] }
}

/** A message in a provider's own roles and parts. */
export interface WireTurn<Role extends string> {
  role: Role
  parts: JsonObject[]
}

/** Joins neighbours of one role: some providers want roles to alternate. Turns without parts fall away. */
export const joinTurns = <Role extends string>(turns: readonly WireTurn<Role>[]): WireTurn<Role>[] => {
  const joined: WireTurn<Role>[] = []
  for (const turn of turns.filter(({ parts }) => parts.length > 0)) {
    const last = joined.at(-1)
    if (last?.role === turn.role) last.parts.push(...turn.parts)
    else joined.push({ role: turn.role, parts: [...turn.parts] })
  }
  return joined
}

/** The arguments of a call as the object that these providers want; what the model wrote stays visible when it is none. */
export const argumentsObject = (call: ToolCall): JsonObject =>
  parseObject(call.arguments) ?? (call.arguments.trim() === '' ? {} : { unreadable_arguments: call.arguments })

/** The name of the tool that a tool message answers, from the nearest call before it; '' when there is none. */
export const toolNameOf = (messages: readonly ChatMessage[], position: number): string => {
  const id = messages[position]?.toolCallId
  for (let at = position - 1; at >= 0; at--) {
    const call = messages[at]?.toolCalls?.find((candidate) => candidate.id === id)
    if (call) return call.name
  }
  return ''
}
