/** What a scripted model was asked. */
export interface ModelServerRequest {
  path: string
  headers: Headers
  body: Record<string, unknown>
}

/** An OpenAI-compatible server over real HTTP whose answers the test writes. Stops when its scope ends (`await using`). */
export const startModelServer = (
  answer: (request: ModelServerRequest, call: number) => Response | Promise<Response>,
) => {
  const requests: ModelServerRequest[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const body = (await request.json()) as Record<string, unknown>
      const asked = { path: pathname + search, headers: new Headers(request.headers), body }
      requests.push(asked)
      return answer(asked, requests.length)
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    },
  }
}

/** One chunk of a streamed answer. */
export const modelChunk = (delta: object, finishReason: string | null = null) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finishReason }],
})

/** A stream of these objects and `[DONE]`; a text stands for itself. */
export const modelStream = (...events: (object | string)[]): Response =>
  new Response(
    `${events.map((event) => (typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`)).join('')}data: [DONE]\n\n`,
    { headers: { 'content-type': 'text/event-stream' } },
  )

/** A streamed answer of these words. */
export const modelWords = (...words: string[]): Response =>
  modelStream(...words.map((content) => modelChunk({ content })), modelChunk({}, 'stop'))
