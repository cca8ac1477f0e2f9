import { afterAll, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createOutboundGuard } from '../outbound-guard.ts'
import { readBytesAtMost } from '../read-bytes.ts'

let left = 0
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  fetch(request) {
    request.signal.addEventListener('abort', () => {
      left += 1
    })
    switch (new URL(request.url).pathname) {
      case '/bomb':
        return new Response(gzipSync(Buffer.alloc(5_000_000)), { headers: { 'content-encoding': 'gzip' } })
      case '/endless':
        return new Response(
          new ReadableStream({
            async pull(controller) {
              await Bun.sleep(1)
              controller.enqueue(new Uint8Array(10_000))
            },
          }),
        )
      case '/silent':
        return new Promise<Response>(() => undefined)
      case '/unix':
        return new Response('over the network')
      default:
        return new Response('', { status: 404 })
    }
  },
})
afterAll(() => server.stop(true))
const guard = createOutboundGuard({ allow: 'one.example', resolveHost: async () => ['127.0.0.1'] })
const at = (path: string) => `http://one.example:${server.port}${path}`

test('a small answer that unfolds into a large one is ended at its limit', async () => {
  const response = await guard.fetch(at('/bomb'))
  await expect(readBytesAtMost(response, 1_000_000)).rejects.toMatchObject({ code: 'OUTBOUND_TOO_LARGE' })
})

test('an endless answer is ended at its limit, and its sender let go', async () => {
  const before = left
  const response = await guard.fetch(at('/endless'))
  await expect(readBytesAtMost(response, 50_000)).rejects.toMatchObject({ code: 'OUTBOUND_TOO_LARGE' })
  await waitFor(() => left > before, { what: 'the sender to see it' })
})

test('a server that never answers is left when the time is up', async () => {
  const before = left
  await expect(guard.fetch(at('/silent'), { signal: AbortSignal.timeout(50) })).rejects.toThrow('timed out')
  await waitFor(() => left > before, { what: 'the server to see it' })
})

test('a name server that never answers is left when the time is up', async () => {
  const slow = createOutboundGuard({ allow: '', resolveHost: () => new Promise(() => undefined) })
  const signal = AbortSignal.timeout(50)
  await expect(slow.fetch('http://slow.example/', { signal })).rejects.toThrow('timed out')
  await expect(slow.openSocket('ws://slow.example/', AbortSignal.timeout(50))).rejects.toThrow('timed out')
})

test('a call that nobody wants any more is not begun', async () => {
  const gone = AbortSignal.abort(new Error('gone'))
  await expect(guard.fetch(at('/unix'), { signal: gone })).rejects.toThrow('gone')
})

test('neither a socket file nor a proxy in the request leads around the check', async () => {
  const init: BunFetchRequestInit = { unix: '/run/docker.sock', proxy: 'http://127.0.0.1:1' }
  expect(await (await guard.fetch(at('/unix'), init)).text()).toBe('over the network')
})
