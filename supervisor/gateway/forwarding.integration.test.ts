import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startTestGateway } from './fixtures/test-gateway.ts'

const deferred = () => Promise.withResolvers<void>()

test('method, path, query, body and headers arrive, and the answer comes back as the worker gave it', async () => {
  await using gateway = startTestGateway()
  gateway.serve('agent', async (request) => {
    const seen = {
      method: request.method,
      url: request.url,
      body: await request.text(),
      caller: request.headers.get('x-orrery-caller'),
      service: request.headers.get('x-orrery-service'),
      authorization: request.headers.get('authorization'),
      hop: request.headers.get('x-hop'),
    }
    return Response.json(seen, {
      status: 207,
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['x-own', 'yes'],
      ],
    })
  })
  const response = await gateway.ask('/agent/v1/thing?a=1&b=%20', {
    method: 'PATCH',
    body: 'hello',
    headers: { connection: 'x-hop', 'x-hop': '1', 'x-request-id': 'my-id' },
  })
  expect(response.status).toBe(207)
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(response.headers.get('x-own')).toBe('yes')
  expect(response.headers.get('x-request-id')).toBe('my-id')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  const seen = (await response.json()) as Record<string, unknown>
  expect(seen).toMatchObject({ method: 'PATCH', body: 'hello', caller: 'root', service: 'agent' })
  expect(seen.url).toEndWith('/agent/v1/thing?a=1&b=%20')
  expect(seen.authorization).toBeNull()
  expect(seen.hop).toBeNull()
})

test('compressed bodies, redirects and HEAD pass through untouched', async () => {
  await using gateway = startTestGateway()
  const packed = Bun.gzipSync(Buffer.from('x'.repeat(1_000)))
  gateway.serve('agent', (request) => {
    const path = new URL(request.url).pathname
    if (path.endsWith('/zip')) return new Response(packed, { headers: { 'content-encoding': 'gzip' } })
    if (path.endsWith('/gone')) return new Response(null, { status: 302, headers: { location: '/agent/v1/else' } })
    return new Response('twelve bytes')
  })
  const zipped = await gateway.ask('/agent/v1/zip', { decompress: false })
  expect(new Uint8Array(await zipped.arrayBuffer())).toEqual(new Uint8Array(packed))
  const redirect = await gateway.ask('/agent/v1/gone', { redirect: 'manual' })
  expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/agent/v1/else'])
  const head = await gateway.ask('/agent/v1/text', { method: 'HEAD' })
  expect([head.headers.get('content-length'), await head.text()]).toEqual(['12', ''])
})

test('a large upload and a large download pass through whole', async () => {
  await using gateway = startTestGateway()
  gateway.serve('agent', async (request) => new Response(await request.bytes()))
  const bytes = crypto.getRandomValues(new Uint8Array(60_000))
  const large = Buffer.concat(Array.from({ length: 100 }, () => bytes))
  const response = await gateway.ask('/agent/v1/echo', { method: 'POST', body: large })
  expect(Bun.hash(await response.arrayBuffer())).toBe(Bun.hash(large))
})

test('the first event reaches the client before the second is made', async () => {
  await using gateway = startTestGateway()
  const second = deferred()
  gateway.serve('agent', () => events([Promise.resolve(), second.promise]))
  const reader = (await gateway.ask('/agent/v1/stream')).body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 0\n\n')
  expect(gateway.gateway.facts()).toMatchObject({ inFlight: 0, streams: 1 })
  second.resolve()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 1\n\n')
  expect((await reader.read()).done).toBe(true)
  await waitFor(() => gateway.gateway.facts().streams === 0, { what: 'the stream to be counted out' })
  expect(gateway.gateway.facts().inFlight).toBe(0)
})

test('a client that leaves cancels the worker, before and after the first byte', async () => {
  await using gateway = startTestGateway()
  const left: string[] = []
  const arrived: string[] = []
  gateway.serve('agent', (request) => {
    const path = new URL(request.url).pathname
    arrived.push(path)
    request.signal.addEventListener('abort', () => void left.push(path))
    return path.endsWith('/slow')
      ? deferred().promise.then(() => new Response())
      : events([Promise.resolve(), deferred().promise])
  })
  const leaving = new AbortController()
  const slow = gateway.ask('/agent/v1/slow', { signal: leaving.signal }).catch(() => undefined)
  const stream = await gateway.ask('/agent/v1/stream', { signal: leaving.signal })
  await stream.body!.getReader().read()
  await waitFor(() => arrived.length === 2, { what: 'both requests at the worker' })
  leaving.abort()
  await slow
  await waitFor(() => left.length === 2, { what: 'both to be cancelled' })
  await waitFor(() => gateway.gateway.facts().inFlight + gateway.gateway.facts().streams === 0, { what: 'no traffic' })
})

test('a worker that dies in the middle of a stream cuts the connection; the stream never looks complete', async () => {
  await using gateway = startTestGateway()
  const worker = gateway.serve('agent', () => events([Promise.resolve(), deferred().promise]))
  const raw = rawRequest(
    gateway.gateway.port,
    `GET /agent/v1/s HTTP/1.1\r\nHost: x\r\nAuthorization: ${gateway.asRoot.authorization}\r\n\r\n`,
  )
  await waitFor(() => raw.text().includes('data: 0'), { what: 'the first event' })
  await worker.server.stop(true)
  await raw.closed
  expect(raw.text()).not.toEndWith('0\r\n\r\n')
})

/** An event stream whose nth event is made when the nth gate opens. */
const events = (gates: Promise<void>[]) => {
  let next = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next === gates.length) return controller.close()
      await gates[next]
      controller.enqueue(new TextEncoder().encode(`data: ${next}\n\n`))
      next += 1
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const rawRequest = (port: number, request: string) => {
  let text = ''
  const socket = connect(port, '127.0.0.1', () => socket.write(request))
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('data', (bytes) => {
    text += bytes
  })
  socket.on('error', () => undefined)
  return { text: () => text, closed }
}
