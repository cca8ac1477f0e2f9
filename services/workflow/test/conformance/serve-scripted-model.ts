import type { RunEvent } from '../../engine/run-events.ts'

/** One answer of the model. The first entry counts whose `prompt` is the last message of the user, or that has none. */
export interface ModelAnswer {
  prompt?: string
  /** So many requests get it; then the next entry counts. */
  times?: number
  chunks?: string[]
  reasoning?: string[]
  /** An HTTP error instead of an answer. */
  status?: number
  /** The request is never answered. */
  hang?: boolean
  calls?: { name: string; arguments: string }[]
  finish?: string
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number }
  /** What must have happened in the run before a chunk is sent, by the chunk's number. */
  before?: Record<string, { type: RunEvent['type']; nodeId: string; content?: string }>
}

interface ModelRequest {
  messages: { role: string; content: string }[]
  [field: string]: unknown
}

const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }

/**
 * An OpenAI-compatible server on a free port that answers by a script. A request that ends with a cut answer (an assistant message) gets what is
 * missing of it.
 */
export const serveScriptedModel = (script: readonly ModelAnswer[], happened: (event: object) => Promise<void>) => {
  const requests: ModelRequest[] = []
  const used = new Map<ModelAnswer, number>()
  const choose = (prompt: string, delivered: string): ModelAnswer | undefined => {
    const isMeant = (entry: ModelAnswer) =>
      delivered === ''
        ? (used.get(entry) ?? 0) < (entry.times ?? Number.POSITIVE_INFINITY)
        : (entry.chunks ?? []).join('').startsWith(delivered)
    const answer = script.find((entry) => (entry.prompt ?? prompt) === prompt && isMeant(entry))
    if (answer) used.set(answer, (used.get(answer) ?? 0) + 1)
    return answer
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const body = (await request.json()) as ModelRequest
      requests.push(body)
      const { prompt, delivered } = readRequest(body.messages)
      const answer = choose(prompt, delivered)
      if (!answer) return Response.json({ error: { message: `no answer is written for ${prompt}` } }, { status: 400 })
      if (answer.status) return Response.json({ error: { message: 'the model refuses' } }, { status: answer.status })
      if (answer.hang) await untilAborted(request.signal)
      return new Response(streamAnswer(answer, delivered, happened), {
        headers: { 'content-type': 'text/event-stream' },
      })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/v1/chat/completions`,
    requests,
    /** Begins the script anew. */
    reset() {
      used.clear()
      requests.length = 0
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

/** How a model is told to go on with an answer that was cut. */
const CONTINUATION = /cut off by a technical interruption/

const readRequest = (messages: ModelRequest['messages']): { prompt: string; delivered: string } => {
  const isContinued = CONTINUATION.test(messages.at(-1)?.content ?? '')
  const asked = isContinued ? messages.slice(0, -2) : messages
  return {
    prompt: asked.findLast(({ role }) => role === 'user')?.content ?? '',
    delivered: isContinued ? (messages.at(-2)?.content ?? '') : '',
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

async function* streamAnswer(
  answer: ModelAnswer,
  delivered: string,
  happened: (event: object) => Promise<void>,
): AsyncGenerator<string> {
  let skip = delivered.length
  for (const text of delivered === '' ? (answer.reasoning ?? []) : []) yield toEvent({ reasoning_content: text })
  for (const [index, chunk] of (answer.chunks ?? []).entries()) {
    const rest = chunk.slice(skip)
    skip = Math.max(0, skip - chunk.length)
    if (rest === '') continue
    const condition = answer.before?.[index]
    if (condition) await happened(condition)
    yield toEvent({ content: rest })
  }
  for (const [index, call] of (answer.calls ?? []).entries()) {
    yield toEvent({ tool_calls: [{ index, id: `call-${index}`, type: 'function', function: call }] })
  }
  const finish = answer.finish ?? (answer.calls ? 'tool_calls' : 'stop')
  yield `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: finish }], usage: answer.usage ?? USAGE })}\n\n`
  yield 'data: [DONE]\n\n'
}

const toEvent = (delta: Record<string, unknown>): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`
