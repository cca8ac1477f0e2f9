/** What both proxies forward to: a bare server on a unix socket. Argument: the socket. */
const [, , socketPath = ''] = process.argv
const SMALL = 'x'.repeat(1_024)
const LARGE = 'x'.repeat(65_536)
const EVENTS = 100
const EVENT = `data: ${JSON.stringify({ delta: 'twenty words of a model that answers in a stream, as it does all day' })}\n\n`

const events = async function* () {
  for (let sent = 0; sent < EVENTS; sent += 1) {
    yield EVENT
    await new Promise<void>((turned) => setImmediate(turned)) // so that each is a write of its own, as a model's words are
  }
}

/** Ends when its caller presses the button; until then it is silent but for its first event. */
const hold = () =>
  new Response(new ReadableStream({ start: (controller) => controller.enqueue(EVENT) }), {
    headers: { 'content-type': 'text/event-stream' },
  })

/** Bun obeys it on a unix socket too, only its types do not say so. */
const NEVER_IDLE: object = { idleTimeout: 0 }

Bun.serve({
  unix: socketPath,
  ...NEVER_IDLE,
  async fetch(request) {
    const path = new URL(request.url).pathname
    if (path.endsWith('/large')) return new Response(LARGE)
    if (path.endsWith('/events')) return new Response(events(), { headers: { 'content-type': 'text/event-stream' } })
    if (path.endsWith('/hold')) return hold()
    if (request.method === 'POST') return Response.json({ bytes: (await request.text()).length })
    return new Response(SMALL)
  },
})
process.stdout.write('ready\n')
