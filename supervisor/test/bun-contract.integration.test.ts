/**
 * What Bun does with raw sockets, servers that stop, and child processes, and that the supervisor and the data plane are built around. None of
 * it is promised by Bun; when an upgrade changes one, the test says what to look at. What `fetch` does is in supervisor/gateway.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Socket, TCPSocketListenOptions } from 'bun'
import { waitFor } from '#shared/testing/wait-for.ts'
import { closeSocket, listeningPlaceOf, openListeningSocket } from '../listeners/listening-socket.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bun-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const newSocket = () => join(directory, `${crypto.randomUUID().slice(0, 8)}.sock`)
const codeOf = (error: unknown) => (error as { code?: string }).code

type Handlers = TCPSocketListenOptions['socket']

/** A listener and one connection to it, both ends in hand. */
const connectPair = async (server: Handlers, client: Handlers, options: { allowHalfOpen?: boolean } = {}) => {
  const unix = newSocket()
  const accepted = Promise.withResolvers<Socket>()
  const listener = Bun.listen({
    unix,
    ...options,
    socket: {
      binaryType: 'buffer',
      ...server,
      data: server.data ?? (() => undefined),
      open: (socket) => accepted.resolve(socket),
    },
  })
  const near = await Bun.connect({
    unix,
    socket: { binaryType: 'buffer', ...client, data: client.data ?? (() => undefined) },
  })
  const far = await accepted.promise
  return { near, far, [Symbol.dispose]: () => (near.terminate(), listener.stop(true)) }
}

describe('a raw socket', () => {
  test('takes what fits into the kernel, says how much that was, and drains when there is room again', async () => {
    let drained = 0
    let received = 0
    const pair = await connectPair(
      {
        drain: () => {
          drained += 1
        },
      },
      {
        data: (_socket, bytes) => {
          received += bytes.length
        },
      },
    )
    using _pair = pair
    pair.near.pause()
    const taken = pair.far.write(Buffer.alloc(16 * 1_048_576))
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(16 * 1_048_576)
    expect(drained).toBe(0)
    pair.near.resume()
    await waitFor(() => drained > 0 && received === taken, { what: 'the drain, and what was taken and no more' })
  })

  test('takes nothing for a full kernel and -1 once it is closed', async () => {
    const pair = await connectPair({}, {})
    using _pair = pair
    pair.near.pause()
    pair.far.write(Buffer.alloc(16 * 1_048_576))
    expect(pair.far.write(Buffer.alloc(1))).toBe(0)
    pair.far.terminate()
    expect(pair.far.write(Buffer.alloc(1))).toBe(-1)
  })

  test('gives nothing while it is paused, and everything in order afterwards', async () => {
    let text = ''
    const pair = await connectPair(
      {
        data: (_socket, bytes) => {
          text += bytes.toString()
        },
      },
      {},
    )
    using _pair = pair
    pair.near.write('one ')
    await waitFor(() => text === 'one ', { what: 'the first word' })
    pair.far.pause()
    pair.near.write('two ')
    const other = await connectPair(
      {
        data: (_socket, bytes) => {
          text += bytes.toString()
        },
      },
      {},
    )
    other.near.write('later ')
    await waitFor(() => text === 'one later ', { what: 'what was sent last' })
    other[Symbol.dispose]()
    pair.far.resume()
    await waitFor(() => text === 'one later two ', { what: 'what waited' })
  })

  test('gives buffers that stay as they are when more comes, so that they may be kept', async () => {
    const kept: Buffer[] = []
    const pair = await connectPair({ data: (_socket, bytes) => void kept.push(bytes) }, {})
    using _pair = pair
    for (const letter of ['a', 'b', 'c']) {
      pair.near.write(letter.repeat(1_000))
      await waitFor(() => kept.at(-1)?.toString('latin1').startsWith(letter), { what: letter })
    }
    expect(Buffer.concat(kept).toString()).toBe('a'.repeat(1_000) + 'b'.repeat(1_000) + 'c'.repeat(1_000))
  })

  test('that shuts down its writing side still reads, and the other side sees the end', async () => {
    let heard = ''
    let ended = false
    const pair = await connectPair(
      {
        end(socket) {
          ended = true
          socket.end('last words')
        },
      },
      {
        data: (_socket, bytes) => {
          heard += bytes.toString()
        },
      },
      { allowHalfOpen: true },
    )
    using _pair = pair
    pair.near.shutdown()
    await waitFor(() => ended && heard === 'last words', { what: 'the answer after the end' })
  })

  test('is closed by Bun when the other side ends, unless it allows to be half open', async () => {
    let closed = false
    const pair = await connectPair(
      {
        close: () => {
          closed = true
        },
      },
      {},
    )
    using _pair = pair
    pair.near.shutdown()
    await waitFor(() => closed, { what: 'the close' })
    expect(pair.far.write('x')).toBe(-1)
  })

  test('delivers what the kernel had taken before end()', async () => {
    let received = 0
    let closed = false
    const pair = await connectPair(
      {},
      {
        data: (_socket, bytes) => {
          received += bytes.length
        },
        close: () => {
          closed = true
        },
      },
    )
    using _pair = pair
    pair.near.pause()
    const taken = pair.far.write(Buffer.alloc(100_000))
    pair.far.end()
    pair.near.resume()
    await waitFor(() => closed, { what: 'the close' })
    expect(received).toBe(taken)
  })

  test('fails with ENOENT where nobody listened ever, and with ECONNREFUSED where nobody listens any more', async () => {
    const socket = { data() {} }
    expect(await Bun.connect({ unix: newSocket(), socket }).then(() => undefined, codeOf)).toBe('ENOENT')
    const unix = newSocket()
    const child = Bun.spawn([process.execPath, '-e', `Bun.listen({ unix: '${unix}', socket: { data() {} } })`])
    await waitFor(() => existsSync(unix), { what: 'the socket' })
    child.kill('SIGKILL')
    await child.exited
    expect(await Bun.connect({ unix, socket }).then(() => undefined, codeOf)).toBe('ECONNREFUSED')
  })
})

describe('a listener', () => {
  test('takes a listening descriptor from its parent, together with the connections that wait in it', async () => {
    const fd = openListeningSocket({ address: '127.0.0.1', port: 0 }, { shared: false })
    const { port } = listeningPlaceOf(fd) as { port: number }
    let heard = ''
    await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data: (_socket, bytes) => {
          heard += bytes.toString()
        },
      },
    })
    const program = resolve(import.meta.dir, 'fixtures/serve-inherited.ts')
    const child = Bun.spawn([process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit', fd] })
    await waitFor(() => heard === `${child.pid}\n`, { what: 'an answer by the child' })
    closeSocket(fd)
    child.kill()
    await child.exited
  })

  test('of Bun.serve takes no descriptor but listens on a port of its own without a word, hence Bun.listen', () => {
    const fd = openListeningSocket({ address: '127.0.0.1', port: 0 }, { shared: false })
    const { port } = listeningPlaceOf(fd) as { port: number }
    const place: object = { fd, port: 0, hostname: '127.0.0.1' }
    const server = Bun.serve({ ...place, fetch: () => new Response() })
    expect(server.port).not.toBe(port)
    void server.stop(true)
    closeSocket(fd)
  })

  test('removes its path when it stops, and refuses one that another listens on', () => {
    const unix = newSocket()
    const socket = { data() {} }
    const first = Bun.listen({ unix, socket })
    expect(() => Bun.listen({ unix, socket })).toThrow()
    first.stop(true)
    expect(existsSync(unix)).toBe(false)
  })

  test('that stops leaves the connections that are open', async () => {
    let heard = ''
    const unix = newSocket()
    const listener = Bun.listen({ unix, socket: { data: (socket, bytes) => void socket.write(bytes) } })
    const near = await Bun.connect({
      unix,
      socket: {
        data: (_socket, bytes) => {
          heard += bytes.toString()
        },
      },
    })
    near.write('a')
    await waitFor(() => heard === 'a', { what: 'the first echo' })
    listener.stop()
    near.write('b')
    await waitFor(() => heard === 'ab', { what: 'the echo after the stop' })
    near.terminate()
  })
})

describe('a server that stops', () => {
  const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
  const dial = async (unix: string) => {
    const state = { heard: '', closed: false }
    const socket = await Bun.connect({
      unix,
      socket: {
        data: (_socket, bytes) => {
          state.heard += bytes.toString()
        },
        close: () => {
          state.closed = true
        },
      },
    })
    return { socket, state }
  }

  test('closes its kept connections at once, so a worker must not stop before the gateways know', async () => {
    const unix = newSocket()
    const server = Bun.serve({ unix, fetch: () => new Response('x') })
    const { socket, state } = await dial(unix)
    socket.write(GET)
    await waitFor(() => state.heard.endsWith('x'), { what: 'the answer' })
    expect(state.closed).toBe(false)
    await server.stop()
    await waitFor(() => state.closed, { what: 'the close' })
  })

  test('finishes what is in flight, and tells the client nothing of its end before', async () => {
    const unix = newSocket()
    const answer = Promise.withResolvers<Response>()
    let asked = false
    const server = Bun.serve({
      unix,
      fetch() {
        asked = true
        return answer.promise
      },
    })
    const { socket, state } = await dial(unix)
    socket.write(GET)
    await waitFor(() => asked, { what: 'the request' })
    const stopped = server.stop()
    answer.resolve(new Response('whole'))
    await stopped
    await waitFor(() => state.heard.endsWith('whole'), { what: 'the answer' })
  })

  test('stop(true) closes a WebSocket with 1001 or breaks it, so a worker closes them itself before', async () => {
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request, own) => (own.upgrade(request) ? undefined : new Response()),
      websocket: { message() {} },
    })
    const closed = Promise.withResolvers<number>()
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`)
    await new Promise<void>((opened) => {
      socket.onopen = () => opened()
    })
    socket.onclose = ({ code }) => closed.resolve(code)
    await server.stop(true)
    expect([1_001, 1_006]).toContain(await closed.promise)
  })
})

describe('a child process', () => {
  const spawn = (program: string) =>
    Bun.spawn([process.execPath, '-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })

  test('tells its exit code or its signal, never both', async () => {
    const exited = spawn('process.exit(78)')
    expect([await exited.exited, exited.exitCode, exited.signalCode]).toEqual([78, 78, null])
    const killed = spawn('console.log(1); setInterval(() => {}, 1000)')
    await killed.stdout.getReader().read()
    killed.kill('SIGKILL')
    expect([await killed.exited, killed.exitCode, killed.signalCode]).toEqual([137, null, 'SIGKILL'])
  })

  test('outlives its parent when it is detached and writes into a file', async () => {
    const parent = spawn(`
      const child = Bun.spawn([process.execPath, '-e', 'setInterval(() => {}, 1000)'], { stdio: ['ignore', 'ignore', 'ignore'], detached: true })
      console.log(child.pid)
      setInterval(() => {}, 1000)
    `)
    const { value } = await parent.stdout.getReader().read()
    const pid = Number(Buffer.from(value ?? []).toString())
    parent.kill('SIGKILL')
    await parent.exited
    expect(() => process.kill(pid, 0)).not.toThrow()
    process.kill(pid, 'SIGKILL')
  })
})
