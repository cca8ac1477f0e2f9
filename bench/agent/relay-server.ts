/**
 * The peer: asks the model at the address of its first argument and passes the answer on as it comes. No gateway, no credentials, no agent, no
 * disk: nothing that answers through Bun's own server and client does less. Prints its port.
 */
const target = process.argv[2] ?? ''

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  async fetch(request) {
    const asked = (await request.json()) as { messages: unknown }
    const answer = await fetch(`${target}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'paced-1', messages: asked.messages, stream: true }),
    })
    return new Response(answer.body, { headers: { 'content-type': 'text/event-stream' } })
  },
})

process.stdout.write(`${server.port}\n`)
