/**
 * What Bun does that the gateway is built around. None of it is promised by Bun; when an upgrade changes one, the test says what to look at.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { releaseBytes } from './wire/release-bytes.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bun-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const newSocket = () => join(directory, `${crypto.randomUUID().slice(0, 8)}.sock`)

const codeOf = (error: unknown) => (error as { code?: string }).code
const endless = () => new Response(new ReadableStream({ start: (controller) => controller.enqueue('x') }))

describe('fetch has 256 requests open at most', () => {
  const ask = async (env: Record<string, string>) => {
    const unix = newSocket()
    const server = Bun.serve({
      unix,
      fetch: (request) => (request.url.endsWith('/stream') ? endless() : new Response('answered')),
    })
    const program = resolve(import.meta.dir, 'fixtures/open-many-fetches.ts')
    const child = Bun.spawn([process.execPath, program, unix, '300'], {
      env: { PATH: process.env.PATH, ...env },
      stdout: 'pipe',
      stderr: 'ignore',
      stdin: 'ignore',
    })
    const text = await new Response(child.stdout).text()
    await server.stop(true)
    return text
  }

  test('and stalls beyond that, hence the variable that the supervisor sets', async () => {
    expect(await ask({})).toBe('stalled')
  }, 20_000)

  test('unless BUN_CONFIG_MAX_HTTP_REQUESTS raises it', async () => {
    expect(await ask({ BUN_CONFIG_MAX_HTTP_REQUESTS: '65535' })).toBe('answered')
  }, 20_000)
})

describe('fetch says how far a request came', () => {
  const failWith = async (unix: string, init: BunFetchRequestInit = {}) =>
    fetch('http://worker/', { unix, ...init }).then(() => undefined, codeOf)

  test('ENOENT without a socket, ECONNREFUSED with one that nobody serves: it was never sent', async () => {
    expect(await failWith(newSocket())).toBe('ENOENT')
    const unix = newSocket()
    const child = Bun.spawn([process.execPath, '-e', `Bun.serve({ unix: '${unix}', fetch: () => new Response() })`])
    await waitFor(() => existsSync(unix), { what: 'the socket' })
    child.kill('SIGKILL')
    await child.exited
    expect(existsSync(unix)).toBe(true)
    expect(await failWith(unix)).toMatch(/^(ECONNREFUSED|ConnectionRefused)$/)
  })

  test('and reads nothing of the body before it is connected, so that the body can go to another worker', async () => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 1
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    expect(await failWith(newSocket(), { method: 'POST', body })).toBe('ENOENT')
    expect(pulled).toBe(0)
  })

  test('ECONNRESET after a connection that broke: the outcome is unknown', async () => {
    const unix = newSocket()
    const server = createServer((socket) => socket.once('data', () => socket.destroy()))
    await new Promise<void>((listening) => server.listen(unix, listening))
    expect(await failWith(unix, { method: 'POST', body: 'x' })).toBe('ECONNRESET')
    server.close()
  })
})

describe('fetch repeats by itself what a kept connection did not answer', () => {
  /** Answers the first request of a connection and breaks it at the second. */
  const start = async () => {
    const unix = newSocket()
    const seen: string[] = []
    const server = createServer((socket: Socket) => {
      let requests = 0
      socket.on('error', () => undefined)
      socket.on('data', (bytes) => {
        seen.push(String(bytes).split(' ')[0] ?? '')
        requests += 1
        if (requests > 1) socket.destroy()
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
    })
    await new Promise<void>((listening) => server.listen(unix, listening))
    return { unix, seen, close: () => server.close() }
  }
  const askTwice = async (unix: string, method: string) => {
    await (await fetch('http://worker/', { unix })).bytes()
    return fetch('http://worker/', { unix, method, ...(method === 'POST' ? { body: 'x' } : {}) }).then(
      ({ status }) => status,
      codeOf,
    )
  }

  test('GET and DELETE are sent twice, so no service may count on at most once for them', async () => {
    for (const method of ['GET', 'DELETE']) {
      const server = await start()
      expect(await askTwice(server.unix, method)).toBe(200)
      expect(server.seen).toEqual(['GET', method, method])
      server.close()
    }
  })

  test('POST is not', async () => {
    const server = await start()
    expect(await askTwice(server.unix, 'POST')).toBe('ECONNRESET')
    expect(server.seen.filter((method) => method === 'POST')).toHaveLength(1)
    server.close()
  })
})

describe('headers', () => {
  test('of one connection are passed on by fetch, so the gateway strips them', async () => {
    const unix = newSocket()
    const server = Bun.serve({ unix, fetch: ({ headers }) => Response.json(Object.fromEntries(headers)) })
    const response = await fetch('http://worker/', {
      unix,
      headers: { te: 'trailers', connection: 'x-hop', 'x-hop': '1' },
    })
    expect(await response.json()).toMatchObject({ te: 'trailers', 'x-hop': '1' })
    await server.stop(true)
  })
})

describe('listening', () => {
  test('a port is shared silently with `development: false` alone; `reusePort: false` refuses', () => {
    const base = { hostname: '127.0.0.1', development: false, fetch: () => new Response() } as const
    const listen = (port: number, more: { reusePort?: boolean } = {}) => Bun.serve({ ...base, ...more, port })
    const shared = listen(0)
    const second = listen(shared.port ?? 0)
    expect(second.port).toBe(shared.port ?? 0)
    const own = listen(0, { reusePort: false })
    expect(() => listen(own.port ?? 0, { reusePort: false })).toThrow(/in use/)
    for (const server of [shared, second, own]) void server.stop(true)
  })

  test('the socket of a killed process stays and cannot be bound again, so no path is reused', async () => {
    const unix = newSocket()
    const child = Bun.spawn([process.execPath, '-e', `Bun.serve({ unix: '${unix}', fetch: () => new Response() })`])
    await waitFor(() => existsSync(unix), { what: 'the socket' })
    child.kill('SIGKILL')
    await child.exited
    expect(() => Bun.serve({ unix, fetch: () => new Response() })).toThrow()
  })

  test('stop() waits for an open stream, stop(true) cuts it', async () => {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: endless })
    const reader = (await fetch(`http://127.0.0.1:${server.port}/`)).body?.getReader()
    await reader?.read()
    let stopped = false
    const stopping = Promise.resolve(server.stop()).then(() => {
      stopped = true
    })
    const refused = () =>
      fetch(`http://127.0.0.1:${server.port}/`, { keepalive: false }).then(
        () => false,
        () => true,
      )
    await waitFor(refused, { what: 'new connections to be refused' })
    expect(stopped).toBe(false)
    await server.stop(true)
    await stopping
    await expect(reader?.read()).rejects.toThrow()
  })

  test('a quiet response is cut after idleTimeout, unless the request was allowed to be silent', async () => {
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      idleTimeout: 1,
      fetch(request, own) {
        if (request.url.endsWith('/patient')) own.timeout(request, 0)
        return endless()
      },
    })
    const ends: string[] = []
    const watch = async (path: string) => {
      const reader = (await fetch(`http://127.0.0.1:${server.port}${path}`)).body?.getReader()
      await reader?.read()
      await reader?.read().catch(() => undefined)
      ends.push(path)
    }
    const watching = [watch('/patient'), watch('/quiet')]
    await waitFor(() => ends.length > 0, { what: 'the quiet one to be cut', timeoutMs: 45_000 })
    expect(ends).toEqual(['/quiet'])
    await server.stop(true)
    await Promise.all(watching)
  }, 30_000)
})

test('bytes that came from a socket are memory of their own, which release-bytes.ts can give back', async () => {
  const unix = newSocket()
  const sent = Buffer.alloc(1_048_576, 'abcdefg')
  const server = createServer((socket) => void socket.end(sent))
  await new Promise<void>((listening) => server.listen(unix, listening))
  const copies: Buffer[] = []
  const released: Buffer[] = []
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  await Bun.connect({
    unix,
    socket: {
      binaryType: 'buffer',
      data(_, bytes) {
        copies.push(Buffer.from(bytes))
        released.push(bytes)
        releaseBytes(bytes)
      },
      close: () => close(),
    },
  })
  await closed
  server.close()
  expect(Buffer.concat(copies).equals(sent)).toBe(true)
  const large = released.filter((_, at) => (copies[at]?.length ?? 0) >= 65_536)
  expect(large.length).toBeGreaterThan(0)
  expect(large.every((bytes) => bytes.length === 0)).toBe(true)
})
