import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'

/** The longest message, and the longest answer that is no stream of messages. */
export const MESSAGE_BYTES_MAX = 10 * 1024 * 1024
/** All that may come in answer to one request, progress included. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024
/** A server that does not answer the end of a session keeps nobody waiting. */
const GOODBYE_MS_MAX = 2_000
const BODILESS_STATUSES = new Set([204, 205, 304])
const LINE_FEED = 10

export type ServerFetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/** The end of a stream of events, which the library does not tell. */
export interface EventsEnd {
  method: string
  /** Id of the JSON-RPC request that the stream answers. */
  requestId: string | number | undefined
  /** The server gave the stream ids, by which the library asks for the rest of it. */
  isResumable: boolean
}

/**
 * A `fetch` for the MCP library: through the outbound guard, bounded in bytes, ended by the signal. The library reads streams in the background and
 * fails no request whose stream broke, so both the end of a stream and too many bytes are told.
 */
export const createServerFetch = (options: {
  outbound: OutboundGuard
  signal: AbortSignal
  onTooLarge(what: string): void
  onEventsEnd(end: EventsEnd): void
  /** Sent in addition with what is posted now. */
  extraHeaders?: (() => Readonly<Record<string, string>>) | undefined
}): ServerFetch => {
  const watch = (stream: Omit<EventsEnd, 'isResumable'>, isEvents: boolean) => {
    const meter = createMeter(isEvents, stream.method === 'GET')
    const tell = () => isEvents && options.onEventsEnd({ ...stream, isResumable: meter.hasIds() })
    return new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const excess = meter.count(chunk)
        if (excess === undefined) return controller.enqueue(chunk)
        options.onTooLarge(excess)
        controller.error(new Error(excess))
      },
      // After the reader had its turn: the answer may be in the last bytes.
      flush: () => void setTimeout(tell, 0),
    })
  }

  return async (url, init = {}) => {
    const method = init.method ?? 'GET'
    const limits = [options.signal, ...(init.signal ? [init.signal] : [])]
    if (method === 'DELETE') limits.push(AbortSignal.timeout(GOODBYE_MS_MAX))
    // Streams of events may be silent for as long as the server has nothing to say; Bun would end them.
    const sent = new Headers(init.headers)
    if (method === 'POST')
      for (const [name, value] of Object.entries(options.extraHeaders?.() ?? {})) sent.set(name, value)
    const request = { ...init, headers: sent, signal: AbortSignal.any(limits), timeout: false }
    const response = await options.outbound.fetch(String(url), request)
    const { status, statusText, headers } = response
    if (BODILESS_STATUSES.has(status) || !response.body) return new Response(null, { status, statusText, headers })
    const isEvents = (headers.get('content-type') ?? '').startsWith('text/event-stream')
    const stream = watch({ method, requestId: requestIdOf(init.body) }, isEvents)
    const body = brokenAsEnded(response.body).pipeThrough(stream)
    return new Response(body, { status, statusText, headers })
  }
}

/** A connection that breaks ends the stream like one that is closed: the library asks for the rest, or the end is told. */
const brokenAsEnded = (body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await reader.read().catch(() => ({ done: true, value: undefined }) as const)
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}

/** Counts a body. A stream of events is counted by event, and as a whole only when it answers a request: others may stay open for ever. */
const createMeter = (isEvents: boolean, isEndless: boolean) => {
  let total = 0
  let eventBytes = 0
  let sawId = false
  const lines = createLineWatch((start, lineBytes) => {
    if (start.startsWith('id:')) sawId = true
    if (lineBytes === 0 || start === '\r') eventBytes = 0
  })
  return {
    hasIds: () => sawId,
    /** What was too much, or undefined. */
    count(chunk: Uint8Array): string | undefined {
      total += chunk.byteLength
      eventBytes += chunk.byteLength
      if (isEvents) lines.read(chunk)
      if ((isEvents ? eventBytes : total) > MESSAGE_BYTES_MAX)
        return `a message of more than ${MESSAGE_BYTES_MAX} bytes`
      if (!isEndless && total > ANSWER_BYTES_MAX) return `an answer of more than ${ANSWER_BYTES_MAX} bytes`
      return undefined
    },
  }
}

/** Tells the first three bytes and the length of each line. */
const createLineWatch = (onLine: (start: string, bytes: number) => void) => {
  let bytes = 0
  let start = ''
  return {
    read(chunk: Uint8Array): void {
      let from = 0
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
        take(chunk.subarray(from, end))
        onLine(start, bytes)
        bytes = 0
        start = ''
        from = end + 1
      }
      take(chunk.subarray(from))
    },
  }
  function take(part: Uint8Array): void {
    if (start.length < 3) start += String.fromCharCode(...part.subarray(0, 3 - start.length))
    bytes += part.byteLength
  }
}

const requestIdOf = (body: RequestInit['body']): string | number | undefined => {
  if (typeof body !== 'string') return undefined
  try {
    return (JSON.parse(body) as { id?: string | number }).id
  } catch {
    return undefined
  }
}
