/** Headers of every server-sent event stream (WHATWG HTML, section 9.2). The last one keeps nginx-like proxies from buffering. */
export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
} as const

/** One event: `id` and `event` lines only when given, then the data on one line. Data must hold no line break (JSON has none). */
export const formatEvent = (data: string, fields: { id?: string; event?: string } = {}): string =>
  `${fields.id === undefined ? '' : `id: ${fields.id}\n`}${fields.event === undefined ? '' : `event: ${fields.event}\n`}data: ${data}\n\n`

/**
 * A response that streams what `produce` yields and tells it, through the signal, when the reader is gone.
 * Pull-based: the producer is asked for the next text only when the socket took the last, so a slow reader slows the producer.
 */
export const streamResponse = (
  produce: (signal: AbortSignal) => AsyncIterable<string>,
  headers: Record<string, string> = {},
): Response => {
  const left = new AbortController()
  const encoder = new TextEncoder()
  let iterator: AsyncIterator<string> | undefined
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      iterator ??= produce(left.signal)[Symbol.asyncIterator]()
      const next = await iterator.next()
      if (next.done) controller.close()
      else controller.enqueue(encoder.encode(next.value))
    },
    async cancel() {
      left.abort(new DOMException('The client left.', 'AbortError'))
      await iterator?.return?.()
    },
  })
  return new Response(body, { headers: { ...EVENT_STREAM_HEADERS, ...headers } })
}
