/** The answer of the recordings: four chunks and a usage. */
const CHUNKS = ['Hel', 'lo ', 'wor', 'ld']
const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }

interface WireMessage {
  role: string
  content: string
}

export interface MockModelOptions {
  /** Waited for before each chunk is sent, so that a test decides the order of things. `prompt` is the user's message. */
  beforeChunk?: (prompt: string, chunk: number) => Promise<void> | void
  /** Makes the request fail with this HTTP status. */
  failure?: (prompt: string) => number | undefined
  chunks?: readonly string[]
  reasoning?: readonly string[]
}

/**
 * An OpenAI-compatible server on a free port that answers every prompt alike. A request that ends with a cut answer (an assistant message)
 * gets what is missing of it.
 */
export const serveMockModel = (options: MockModelOptions = {}) => {
  const requests: { messages: WireMessage[]; [field: string]: unknown }[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const body = (await request.json()) as (typeof requests)[number]
      requests.push(body)
      const prompt = body.messages.find((message) => message.role === 'user')?.content ?? ''
      const status = options.failure?.(prompt)
      if (status) return Response.json({ error: { message: 'the mock refuses' } }, { status })
      const delivered = body.messages.findLast((message) => message.role === 'assistant')?.content ?? ''
      return new Response(streamAnswer(prompt, delivered, options), {
        headers: { 'content-type': 'text/event-stream' },
      })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/v1/chat/completions`,
    requests,
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

async function* streamAnswer(prompt: string, delivered: string, options: MockModelOptions): AsyncGenerator<string> {
  let skip = delivered.length
  for (const text of delivered === '' ? (options.reasoning ?? []) : []) yield toEvent({ reasoning_content: text })
  for (const [index, chunk] of (options.chunks ?? CHUNKS).entries()) {
    const rest = chunk.slice(skip)
    skip = Math.max(0, skip - chunk.length)
    if (rest === '') continue
    await options.beforeChunk?.(prompt, index)
    yield toEvent({ content: rest })
  }
  yield `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: USAGE })}\n\n`
  yield 'data: [DONE]\n\n'
}

const toEvent = (delta: Record<string, string>): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`
