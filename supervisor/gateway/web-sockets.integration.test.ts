import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startTestGateway } from './fixtures/test-gateway.ts'

type TestGateway = ReturnType<typeof startTestGateway>

/** A worker that answers each message with the same, and remembers how connections were closed. */
const serveEcho = (gateway: TestGateway, onMessage?: (socket: Bun.ServerWebSocket<undefined>) => void) => {
  const socketPath = join(gateway.directory, 'echo.sock')
  const closed: [code: number, reason: string][] = []
  const server = Bun.serve({
    unix: socketPath,
    fetch(request, own) {
      const protocol = request.headers.get('sec-websocket-protocol')
      const headers: Record<string, string> = protocol ? { 'sec-websocket-protocol': protocol } : {}
      return own.upgrade(request, { headers }) ? undefined : new Response('no web socket', { status: 426 })
    },
    websocket: {
      backpressureLimit: 200_000_000, // beyond it Bun would drop messages
      message: (socket, message) => (onMessage ? onMessage(socket) : void socket.send(message)),
      close: (_, code, reason) => void closed.push([code, reason]),
    },
  })
  gateway.route({ agent: [{ id: 'echo', socketPath }] })
  return { server, closed, [Symbol.asyncDispose]: () => server.stop(true) }
}

const dial = (gateway: TestGateway, protocols: string[] = []) =>
  new WebSocket(`${gateway.url.replace('http', 'ws')}/agent/v1/socket`, { headers: gateway.asRoot, protocols } as never)

const opened = (socket: WebSocket) =>
  new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('the web socket did not open'))
  })

test('messages go both ways unchanged, text, bytes and large ones, and the close code arrives', async () => {
  await using gateway = startTestGateway()
  await using echo = serveEcho(gateway)
  const socket = dial(gateway, ['chat'])
  socket.binaryType = 'arraybuffer'
  await opened(socket)
  expect(socket.protocol).toBe('chat')
  const received: unknown[] = []
  socket.onmessage = ({ data }) => void received.push(data)
  const large = new Uint8Array(5_000_000).fill(7)
  socket.send('hello')
  socket.send(large)
  await waitFor(() => received.length === 2, { what: 'both answers' })
  expect([received[0], Bun.hash(received[1] as ArrayBuffer)]).toEqual(['hello', Bun.hash(large)])
  expect(gateway.gateway.facts()).toMatchObject({ streams: 1, inFlight: 0 })
  socket.close(4_001, 'enough')
  await waitFor(() => echo.closed.length === 1, { what: 'the close at the worker' })
  expect(echo.closed).toEqual([[4_001, 'enough']])
  await waitFor(() => gateway.gateway.facts().streams === 0, { what: 'the stream to be counted out' })
})

test('a worker that is gone is an HTTP error, never a socket that opens and closes', async () => {
  await using gateway = startTestGateway({ workerWaitMsMax: 50 })
  gateway.route({ agent: [] })
  await expect(opened(dial(gateway))).rejects.toThrow('did not open')
})

test('without credentials the door stays shut', async () => {
  await using gateway = startTestGateway()
  await using _ = serveEcho(gateway)
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/agent/v1/socket`)
  await expect(opened(socket)).rejects.toThrow('did not open')
})

test('a worker that dies closes the socket of its client', async () => {
  await using gateway = startTestGateway()
  const echo = serveEcho(gateway)
  const socket = dial(gateway)
  await opened(socket)
  const closed = new Promise<void>((resolve) => {
    socket.onclose = () => resolve()
  })
  await echo.server.stop(true)
  await closed
})

test('a client that does not read stops its worker instead of filling the memory, and gets everything once it reads', async () => {
  await using gateway = startTestGateway()
  const message = new Uint8Array(1_000_000)
  const sends: number[] = []
  await using _ = serveEcho(gateway, (socket) => {
    for (let index = 0; index < 60; index += 1) sends.push(socket.sendBinary(message))
  })
  const key = 'dGhlIHNhbXBsZSBub25jZQ=='
  const socket = connect(gateway.gateway.port, '127.0.0.1', () =>
    socket.write(
      `GET /agent/v1/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nAuthorization: ${gateway.asRoot.authorization}\r\n\r\n`,
    ),
  )
  let bytes = 0
  const isOpen = Promise.withResolvers<void>()
  socket.on('data', (part) => {
    bytes += part.length
    isOpen.resolve()
  })
  await isOpen.promise
  socket.pause()
  const before = process.memoryUsage.rss()
  socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x67, 0x6f])) // "go", masked with zeros
  await waitFor(() => sends.length === 60, { what: 'the worker to have sent' })
  await Bun.sleep(200) // nothing more arrives: there is no event for that
  expect(bytes).toBeLessThan(10_000_000)
  expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000) // the worker of this test lives in this process too
  socket.resume()
  await waitFor(() => bytes > 60 * message.length, { what: 'every message' })
  socket.destroy()
})
