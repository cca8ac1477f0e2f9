/**
 * A language model that speaks OpenAI's streaming protocol at a human pace: `bun paced-model-server.ts <tokens> <ms between two> <ms to the first>`.
 * Prints its port. The first token says when the question came and when the token went (µs since 1970), so that a client can tell what lies between.
 */
const [tokens = 0, tokenMs = 0, firstTokenMs = 0] = process.argv.slice(2).map(Number)

const nowUs = () => Math.round((performance.timeOrigin + performance.now()) * 1000)
const encoder = new TextEncoder()

/** As large as those of real providers. */
const chunk = (delta: object, finishReason: string | null = null, more: object = {}): Uint8Array =>
  encoder.encode(
    `data: ${JSON.stringify({
      id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
      object: 'chat.completion.chunk',
      created: 1_795_347_102,
      model: 'paced-1',
      service_tier: 'default',
      system_fingerprint: 'fp_44709d6fcb',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...more,
    })}\n\n`,
  )

const USAGE = { prompt_tokens: 20, completion_tokens: tokens, total_tokens: 20 + tokens }

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  async fetch(request) {
    const receivedUs = nowUs()
    await request.arrayBuffer()
    let timer: ReturnType<typeof setTimeout> | undefined
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        let sent = 0
        const send = () => {
          controller.enqueue(chunk({ content: sent === 0 ? `<${receivedUs}:${nowUs()}>` : ' word' }))
          sent += 1
          if (sent === 1) timer = setInterval(send, tokenMs)
          if (sent < tokens) return
          clearInterval(timer)
          controller.enqueue(chunk({}, 'stop', { usage: USAGE }))
          controller.enqueue(encoder.encode('data: [DONE]\n\n'))
          controller.close()
        }
        timer = setTimeout(send, firstTokenMs)
      },
      cancel: () => clearInterval(timer),
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  },
})

process.stdout.write(`${server.port}\n`)
