import { describe, expect, test } from 'bun:test'
import { createServer, type Socket } from 'node:net'
import { fetchPlainly } from './fetch-plainly.ts'

/** A server that answers with these bytes, each piece in a packet of its own, and closes the connection. */
const rawServer = async (pieces: (string | Uint8Array)[], options: { hold?: boolean } = {}) => {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', async (bytes) => {
      requests.push(bytes.toString('latin1'))
      for (const piece of pieces) {
        socket.write(piece)
        await Bun.sleep(2)
      }
      if (!options.hold) socket.end()
    })
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/v1/chat?x=1`,
    requests,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const post = (url: string, init: RequestInit = {}) =>
  fetchPlainly(url, { method: 'POST', headers: { 'x-a': 'b' }, body: '{"ü":1}', ...init })

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n'

describe('an answer is whole', () => {
  test.each([
    ['sized', [`${OK}content-length: 5\r\n\r\nhello`]],
    ['sized, byte by byte', [...`${OK}content-length: 5\r\n\r\nhello`]],
    ['chunked', [`${OK}transfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nx-t: 1\r\n\r\n`]],
    ['chunked, byte by byte', [...`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`]],
    ['until the connection ends', [`${OK}\r\nhel`, 'lo']],
    ['behind a 100 Continue', [`HTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 5\r\n\r\nhello`]],
  ] as const)('%s', async (_, pieces) => {
    await using server = await rawServer([...pieces])
    const response = await post(server.url)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect(await response.text()).toBe('hello')
    expect(server.requests[0]).toStartWith('POST /v1/chat?x=1 HTTP/1.1\r\n')
    expect(server.requests[0]).toContain('content-length: 8\r\n')
  })

  test('a long one, whose sender closed long before its reader came to the end', async () => {
    const text = 'x'.repeat(4_000_000)
    await using server = await rawServer([`${OK}content-length: ${text.length}\r\n\r\n`, text])
    const response = await post(server.url)
    let size = 0
    for await (const bytes of response.body ?? []) {
      size += bytes.byteLength
      await Bun.sleep(1)
    }
    expect(size).toBe(text.length)
  })

  test('pieces that came while nobody asked are read at once', async () => {
    const pieces = Array.from({ length: 50 }, () => '1\r\nx\r\n')
    await using server = await rawServer([`${OK}transfer-encoding: chunked\r\n\r\n`, ...pieces, '0\r\n\r\n'])
    const response = await post(server.url)
    await Bun.sleep(200)
    let reads = 0
    let text = ''
    for await (const bytes of response.body ?? []) {
      reads += 1
      text += Buffer.from(bytes).toString()
    }
    expect(text).toBe('x'.repeat(50))
    expect(reads).toBeLessThan(10)
  })
})

describe('an answer fails', () => {
  test.each([
    ['cut in a sized body', [`${OK}content-length: 9\r\n\r\nhello`]],
    ['cut in a chunk', [`${OK}transfer-encoding: chunked\r\n\r\n9\r\nhello`]],
    ['cut before the last chunk', [`${OK}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`]],
    ['a chunk that is longer than it says', [`${OK}transfer-encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n`]],
    ['a size that is none', [`${OK}transfer-encoding: chunked\r\n\r\nzz\r\n`]],
  ])('%s', async (_, pieces) => {
    await using server = await rawServer(pieces)
    const response = await post(server.url)
    await expect(response.text()).rejects.toBeInstanceOf(Error)
  })

  test.each([
    ['no HTTP', ['hello world\r\n\r\n']],
    ['nothing', []],
    ['a head that is cut', [OK]],
    ['two lengths', [`${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`]],
    ['a coding that is not known', [`${OK}transfer-encoding: gzip\r\n\r\nhello`]],
    ['a head without an end', [`${OK}x: ${'y'.repeat(70_000)}`]],
  ])('before it began: %s', async (_, pieces) => {
    await using server = await rawServer(pieces)
    await expect(post(server.url)).rejects.toBeInstanceOf(Error)
  })

  test('nobody listens', async () => {
    await expect(post('http://127.0.0.1:1/')).rejects.toBeInstanceOf(Error)
  })
})

test('a caller who leaves closes the connection, before and in the middle of an answer', async () => {
  for (const pieces of [[], [`${OK}content-length: 9\r\n\r\nhello`]]) {
    await using server = await rawServer(pieces, { hold: true })
    const leaving = new AbortController()
    const asked = post(server.url, { signal: leaving.signal }).then((response) => response.text())
    while (server.requests.length === 0) await Bun.sleep(1)
    await Bun.sleep(10)
    leaving.abort(new Error('gone'))
    await expect(asked).rejects.toThrow('gone')
    while (server.open() > 0) await Bun.sleep(1)
  }
})

test('a header that would break its line is refused', () => {
  expect(post('http://127.0.0.1:1/', { headers: { 'x-a': 'b\r\nx-c: d' } })).rejects.toThrow()
})

test('an answer that leads elsewhere is followed', async () => {
  await using server = Bun.serve({
    port: 0,
    fetch: (request) =>
      request.url.endsWith('/old') ? Response.redirect('/new', 307) : new Response(request.body ?? 'none'),
  })
  const response = await fetchPlainly(`http://127.0.0.1:${server.port}/old`, { method: 'POST', body: 'hi' })
  expect(await response.text()).toBe('hi')
})
