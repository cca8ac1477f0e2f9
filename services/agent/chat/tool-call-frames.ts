import { thoughtOf } from '../loop/build-messages.ts'
import type { TurnState } from '../loop/fold-turn.ts'
import { groupChunks } from '../loop/knowledge-text.ts'
import { findTool } from '../loop/pinned-tool.ts'
import type { ToolResulted, TurnStarted } from '../loop/turn-events.ts'
import type { WireToolCall } from './frames.ts'

/** The wire's known client cannot read lines above 128 KiB; the rest of a frame, and what escaping adds to texts in texts, must fit beside. */
const LINE_BYTES_MAX = 120 * 1024
/** Shortened texts keep so many characters of theirs, then fewer, until the frame fits. */
const TEXT_CHARS_FIRST = 30_000
const TEXT_CHARS_LEAST = 50

/** A finished call as the wire's frames carry it, whole and short enough for its readers. Pure. */
export const toWireToolCall = (started: TurnStarted, state: TurnState, event: ToolResulted): WireToolCall => {
  const round = state.rounds[event.round]
  const call = round?.calls?.[event.index]
  const reference = findTool(started.tools, call?.name ?? '')?.reference
  const type = reference?.kind === 'workflow' || reference?.kind === 'knowledge' ? reference.kind : 'tool'
  return fit({
    index: 0,
    id: null,
    type,
    // What the model said before it called is its reason.
    reason: round ? thoughtOf(round) : '',
    function: {
      name: call?.name ?? '',
      arguments: call?.arguments || '{}',
      response: JSON.stringify(toResponse(started.sid, event)),
    },
  })
}

/** The passages that were found before the turn began; undefined when there were none. Pure. */
export const toKnowledgeCall = (started: TurnStarted): WireToolCall | undefined => {
  const { chunks } = started.knowledge
  if (chunks.length === 0) return undefined
  const query = started.messages.findLast(({ role }) => role === 'user')?.content ?? ''
  return fit({
    index: 0,
    id: null,
    type: 'knowledge',
    reason: '',
    function: {
      name: 'knowledge',
      arguments: JSON.stringify({ query }),
      response: JSON.stringify({ metadata_list: groupChunks(chunks) }),
    },
  })
}

/**
 * What the source replied. Results without a reply of their own have the shape of an MCP reply: the wire's known client shows `data.content` and
 * needs `data` to be an object.
 */
const toResponse = (sid: string, event: ToolResulted): unknown => {
  if (event.chunks) return { metadata_list: groupChunks(event.chunks) }
  return (
    event.response ?? {
      code: 0,
      message: 'success',
      sid,
      data: { isError: event.failed, content: [{ type: 'text', text: event.text }] },
    }
  )
}

const bytesOf = (call: WireToolCall): number => Buffer.byteLength(JSON.stringify(call))

/** Cuts long texts within the reply, not the reply: it stays JSON. */
const fit = (call: WireToolCall): WireToolCall => {
  let fitting = call
  for (
    let chars = TEXT_CHARS_FIRST;
    bytesOf(fitting) > LINE_BYTES_MAX && chars >= TEXT_CHARS_LEAST;
    chars = Math.floor(chars / 2)
  ) {
    const shorten = (text: string): string => JSON.stringify(shortenTexts(JSON.parse(text), chars))
    fitting = {
      ...call,
      reason: cut(call.reason, chars),
      function: {
        ...call.function,
        arguments: shortenArguments(call.function.arguments, chars),
        response: shorten(call.function.response),
      },
    }
  }
  if (bytesOf(fitting) <= LINE_BYTES_MAX) return fitting
  // Too many small parts: the call is told without them.
  return { ...fitting, function: { ...fitting.function, arguments: '{}', response: '{}' } }
}

const shortenArguments = (text: string, chars: number): string => (text.length <= chars ? text : '{}')

const cut = (text: string, chars: number): string => (text.length <= chars ? text : `${text.slice(0, chars)}…`)

const shortenTexts = (value: unknown, chars: number): unknown => {
  if (typeof value === 'string') return cut(value, chars)
  if (Array.isArray(value)) return value.map((item) => shortenTexts(item, chars))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortenTexts(item, chars)]))
}
