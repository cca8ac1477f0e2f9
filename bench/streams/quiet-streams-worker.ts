/** An upstream with many open streams, each of which gets an event now and then, and small answers beside. Arguments: socket, ms between events. */
const [, , socketPath = '', everyText = '5000'] = process.argv
const EVERY_MS = Number(everyText)
/** Streams get their events in turn, so that they do not all come at once. */
const STEP_MS = 20
const EVENT = `data: ${JSON.stringify({ delta: 'a word' })}\n\n`
const SMALL = 'x'.repeat(1_024)
/** Bun obeys it on a unix socket too, only its types do not say so. */
const NEVER_IDLE: object = { idleTimeout: 0 }

const open: ReadableStreamDefaultController[] = []
let next = 0
let due = 0

setInterval(() => {
  due += (open.length * STEP_MS) / EVERY_MS
  for (; due >= 1 && open.length > 0; due -= 1) {
    next = (next + 1) % open.length
    open[next]?.enqueue(EVENT)
  }
}, STEP_MS)

const stream = () => {
  let own: ReadableStreamDefaultController
  return new ReadableStream({
    start(controller) {
      own = controller
      open.push(controller)
      controller.enqueue(EVENT)
    },
    cancel: () => void open.splice(open.indexOf(own), 1),
  })
}

Bun.serve({
  unix: socketPath,
  ...NEVER_IDLE,
  fetch: ({ url }) =>
    url.endsWith('/stream')
      ? new Response(stream(), { headers: { 'content-type': 'text/event-stream' } })
      : new Response(SMALL),
})
