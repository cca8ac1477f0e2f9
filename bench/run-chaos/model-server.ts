/** Pieces of an answer, and the pause before each: an answer takes about half a second. */
const CHUNKS = 10
const PAUSE_MS_MIN = 20
const PAUSE_MS_MAX = 80

interface ModelRequest {
  messages: { role: string; content: string }[]
}

/** The whole answer to a prompt. Each piece carries its number, so that a missing or repeated one shows. */
export const modelAnswer = (prompt: string): string =>
  Array.from({ length: CHUNKS }, (_, number) => `${prompt}.${number} `).join('')

/**
 * A slow language model (OpenAI's protocol) on a free port. A request that ends with a cut answer gets what is missing of it.
 * @param onRequest told of each prompt as it arrives
 */
export const startModelServer = (onRequest: (prompt: string) => void) => {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const { messages } = (await request.json()) as ModelRequest
      const prompt = messages.find(({ role }) => role === 'user')?.content ?? ''
      const delivered = messages.findLast(({ role }) => role === 'assistant')?.content ?? ''
      onRequest(prompt)
      return new Response(streamAnswer(modelAnswer(prompt).slice(delivered.length)), {
        headers: { 'content-type': 'text/event-stream' },
      })
    },
  })
  return { url: `http://127.0.0.1:${server.port}/v1/chat/completions`, stop: () => server.stop(true) }
}

async function* streamAnswer(rest: string): AsyncGenerator<string> {
  for (const piece of rest.match(/\S* /g) ?? []) {
    await Bun.sleep(PAUSE_MS_MIN + Math.random() * (PAUSE_MS_MAX - PAUSE_MS_MIN))
    yield toEvent({ choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] })
  }
  const usage = { prompt_tokens: 1, completion_tokens: CHUNKS, total_tokens: CHUNKS + 1 }
  yield toEvent({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })
  yield 'data: [DONE]\n\n'
}

const toEvent = (body: object): string => `data: ${JSON.stringify(body)}\n\n`
