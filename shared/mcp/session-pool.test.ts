import { expect, test } from 'bun:test'
import { McpConnectError, McpConnectionLostError, McpSignInRequiredError } from './errors.ts'
import type { McpSession } from './mcp-session.ts'
import { pauseAfter } from './reconnect-policy.ts'
import { createSessionPool, type SessionPoolOptions } from './session-pool.ts'

/** A session as far as the pool looks at it. */
const createSession = () => {
  let ending: string | undefined
  let closed = 0
  const session = {
    server: { name: 'test', version: '1' },
    get ending() {
      return ending
    },
    async close() {
      closed += 1
      ending ??= 'the session was closed'
    },
  } as unknown as McpSession
  return {
    session,
    end: () => {
      ending = 'it died'
    },
    closed: () => closed,
  }
}

const start = (options: Partial<SessionPoolOptions> = {}) => {
  let time = 1_000_000
  const opened: ReturnType<typeof createSession>[] = []
  const pool = createSessionPool({ sessionsMax: 10, programsMax: 2, idleMs: 60_000, ...options, now: () => time })
  const signal = new AbortController().signal
  const open = async () => {
    const made = createSession()
    opened.push(made)
    return made.session
  }
  return {
    pool,
    opened,
    pass: (ms: number) => {
      time += ms
    },
    use: <Result>(
      key: string,
      work: (session: McpSession) => Promise<Result>,
      request: { isProgram?: boolean; open?: () => Promise<McpSession>; signal?: AbortSignal } = {},
    ) => pool.use({ key, isProgram: false, open, signal, ...request }, work),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}
const nothing = async () => undefined
const fail = async (): Promise<McpSession> => {
  throw new McpConnectError('test', 'nobody is there')
}

test('many share the session of a key, which is opened once', async () => {
  await using at = start()
  await Promise.all(Array.from({ length: 20 }, () => at.use('a', nothing)))
  await at.use('a', nothing)
  await at.use('b', nothing)
  expect(at.opened).toHaveLength(2)
})

test('a session that nobody used for long is closed, one in use is not', async () => {
  await using at = start()
  await at.use('idle', nothing)
  const { promise, resolve } = Promise.withResolvers<void>()
  const busy = at.use('busy', () => promise)
  at.pass(60_001)
  await at.pool.sweep()
  expect([at.pool.size, at.opened[0]?.closed(), at.opened[1]?.closed()]).toEqual([1, 1, 0])
  resolve()
  await busy
})

test('a full pool gives up its longest idle session, and refuses when all are in use', async () => {
  await using at = start({ sessionsMax: 2 })
  await at.use('old', nothing)
  at.pass(1)
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = at.use('first', () => promise)
  const second = at.use('second', () => promise)
  await expect(at.use('third', nothing)).rejects.toMatchObject({ code: 'MCP_SESSIONS_EXHAUSTED' })
  expect(at.opened[0]?.closed()).toBe(1)
  resolve()
  await Promise.all([first, second])
  await at.use('third', nothing)
})

test('programs have places of their own, and do not push out other sessions', async () => {
  await using at = start({ programsMax: 1 })
  await at.use('http', nothing)
  await at.use('one', nothing, { isProgram: true })
  await at.use('two', nothing, { isProgram: true })
  await Bun.sleep(0)
  expect(at.opened.map(({ closed }) => closed())).toEqual([0, 1, 0])
})

test('a session that died is replaced', async () => {
  await using at = start()
  await at.use('a', nothing)
  at.pass(20_000)
  at.opened[0]?.end()
  await at.use('a', nothing)
  expect(at.opened).toHaveLength(2)
})

test('a request that the server cannot have seen is sent again on a new session, once', async () => {
  await using at = start()
  let calls = 0
  const forgotten = async () => {
    calls += 1
    throw new McpConnectionLostError('test', 'session unknown', { mayHaveRun: false })
  }
  await expect(at.use('a', forgotten)).rejects.toMatchObject({ code: 'MCP_CONNECTION_LOST' })
  expect([calls, at.opened.length]).toEqual([2, 2])
})

test('a request that may have run is never sent again', async () => {
  await using at = start()
  let calls = 0
  const lost = async () => {
    calls += 1
    throw new McpConnectionLostError('test', 'cut off')
  }
  await expect(at.use('a', lost)).rejects.toMatchObject({ code: 'MCP_CONNECTION_LOST' })
  expect([calls, at.opened.length]).toEqual([1, 1])
})

test('a server that fails again and again is left alone for ever longer pauses, then tried again', async () => {
  await using at = start()
  let attempts = 0
  const request = {
    open: () => {
      attempts += 1
      return fail()
    },
  }
  for (let count = 0; count < 5; count += 1) {
    await expect(at.use('a', nothing, request)).rejects.toMatchObject({ code: 'MCP_CONNECT_FAILED' })
    at.pass(pauseAfter(count + 1))
  }
  expect(attempts).toBe(5)
  await expect(at.use('a', nothing, request)).rejects.toMatchObject({ code: 'MCP_CONNECT_FAILED' })
  const refused = await at.use('a', nothing, request).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'MCP_BACKING_OFF', message: expect.stringContaining('nobody is there') })
  expect(attempts).toBe(6)
  at.pass(30_000)
  await at.use('a', nothing)
  expect(at.opened).toHaveLength(1)
})

test('a program that dies soon after each start is not started without end', async () => {
  await using at = start()
  for (let count = 0; count < 4; count += 1) {
    await at.use('a', nothing).catch(() => undefined)
    at.opened.at(-1)?.end()
    at.pass(100)
  }
  // Each use went well, so it is started again at once; one that never serves is not.
  expect(at.opened.length).toBe(4)
  const dies = async () => {
    at.opened.at(-1)?.end()
    throw new McpConnectionLostError('test', 'died')
  }
  for (let count = 0; count < 8; count += 1) await at.use('b', dies).catch(() => undefined)
  expect(at.opened.length).toBeLessThan(10)
})

test('what a person has to put right is asked again at once', async () => {
  await using at = start()
  const request = {
    open: async (): Promise<McpSession> => {
      throw new McpSignInRequiredError('test')
    },
  }
  for (let count = 0; count < 6; count += 1)
    await expect(at.use('a', nothing, request)).rejects.toMatchObject({ code: 'MCP_SIGN_IN_REQUIRED' })
  await at.use('a', nothing)
})

test('who leaves while a session is opened leaves it to the others', async () => {
  await using at = start()
  const { promise, resolve } = Promise.withResolvers<void>()
  const made = createSession()
  const open = async () => {
    await promise
    return made.session
  }
  const leave = new AbortController()
  const left = at.use('a', nothing, { open, signal: leave.signal })
  const stayed = at.use('a', async () => 'served', { open })
  leave.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  resolve()
  expect(await stayed).toBe('served')
})

test('all sessions are closed at the end, and those of a server when it is dropped', async () => {
  const at = start()
  await at.use('one|a', nothing)
  await at.use('one|b', nothing)
  await at.use('two|a', nothing)
  await at.pool.drop('one|')
  expect(at.opened.map(({ closed }) => closed())).toEqual([1, 1, 0])
  await at.pool[Symbol.asyncDispose]()
  expect(at.opened.map(({ closed }) => closed())).toEqual([1, 1, 1])
})
