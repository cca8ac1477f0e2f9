import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { McpSession } from './mcp-session.ts'
import { openSession } from './open-session.ts'
import { readProcesses, usageOf } from './process-group.ts'
import type { ProgramLimits } from './stdio-transport.ts'

const HOSTILE = new URL('./test/hostile-server.ts', import.meta.url).pathname
const OWNER = new URL('./test/program-owner.ts', import.meta.url).pathname
const outbound = createOutboundGuard({ allow: '' })
const limits = { timeoutMs: 15_000, signal: new AbortController().signal }

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mcp-programs-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const open = (mode: string, options: { limits?: ProgramLimits; timeoutMs?: number } = {}): Promise<McpSession> =>
  openSession({
    target: {
      transport: 'stdio',
      command: process.execPath,
      args: [HOSTILE, mode],
      environment: { GIVEN: 'yes' },
      directory,
    },
    outbound,
    limits: { ...limits, timeoutMs: options.timeoutMs ?? limits.timeoutMs },
    ...(options.limits && { programs: { limits: options.limits } }),
  })
const work = (session: McpSession, timeoutMs = limits.timeoutMs) =>
  session.callTool({ name: 'work', arguments: {} }, { ...limits, timeoutMs })
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error & { code?: string }) => error,
  )
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a program is started clean', () => {
  test('with the environment that it was given, a home of its own, and nothing of ours', async () => {
    const session = await open('environment')
    const [block] = (await work(session)).content
    const seen = JSON.parse(String(block?.text)) as { environment: Record<string, string>; directory: string }
    const { PWD: _, OLDPWD: __, SHLVL: ___, _: ____, ...environment } = seen.environment
    expect(Object.keys(environment).sort()).toEqual(['GIVEN', 'HOME', 'LANG', 'PATH', 'TMPDIR'])
    expect([environment.HOME, seen.directory]).toEqual([directory, directory])
    await session.close()
  })

  test('and one that does not start tells its last words', async () => {
    expect(await failureOf(open('refuses-to-start'))).toMatchObject({
      code: 'MCP_CONNECT_FAILED',
      message: expect.stringContaining('code 7: no licence'),
    })
  })

  test('and a command that does not exist is named', async () => {
    const target = { transport: 'stdio', command: 'no-such-program', args: [], environment: {}, directory } as const
    expect(await failureOf(openSession({ target, outbound, limits }))).toMatchObject({
      code: 'MCP_CONNECT_FAILED',
      message: expect.stringContaining('not found'),
    })
  })

  test('and lines that are no messages are passed over', async () => {
    const session = await open('greeting')
    expect((await work(session)).isError).toBe(false)
    await session.close()
  })
})

describe('a program that misbehaves costs nobody else', () => {
  test('one that does not answer the handshake is given up, and gone', async () => {
    const before = await countOurs()
    expect(await failureOf(open('mute', { timeoutMs: 300 }))).toMatchObject({ code: 'MCP_TIMEOUT' })
    await waitFor(async () => (await countOurs()) <= before, { what: 'the program to be gone' })
  })

  test('one that speaks another version is refused by name', async () => {
    expect(await failureOf(open('old-version'))).toMatchObject({
      code: 'MCP_INITIALIZE_FAILED',
      message: expect.stringContaining('1999-01-01'),
    })
  })

  test('one that hangs is given up after the time of the call, and its session with it', async () => {
    const session = await open('hang')
    expect(await failureOf(work(session, 100))).toMatchObject({ code: 'MCP_TIMEOUT' })
    await waitFor(() => session.ending, { what: 'the session to end', timeoutMs: 45_000 })
    expect(session.ending).toContain('answers nothing')
  })

  test('one that dies fails the call at once, with its last words', async () => {
    const session = await open('exit')
    expect(await failureOf(work(session))).toMatchObject({
      code: 'MCP_CONNECTION_LOST',
      message: expect.stringContaining('out of coffee'),
    })
  })

  test('one that writes a line without end is killed', async () => {
    const session = await open('endless-line')
    expect(await failureOf(work(session))).toMatchObject({ message: expect.stringContaining('a line of more than') })
    await waitFor(() => !isAlive(session.pid ?? 0), { what: 'the program to be gone' })
  })

  test('one that floods us with messages is read slowly enough that others are served', async () => {
    const flooding = await open('endless-messages')
    const calm = await open('good')
    let isOver = false
    const flood = failureOf(work(flooding)).finally(() => {
      isOver = true
    })
    for (let count = 0; count < 20; count += 1) expect((await work(calm)).isError).toBe(false)
    expect(isOver).toBe(false)
    await flooding.close()
    expect(await flood).toBeDefined()
    await calm.close()
  })

  test('one that takes too much memory, or too many processes, is killed with all of them', async () => {
    const greedy = await open('memory', { limits: { residentBytesMax: 150 * 1024 * 1024, processesMax: 64 } })
    expect(await failureOf(work(greedy))).toMatchObject({ message: expect.stringContaining('bytes of memory') })
    const forking = await open('many-processes', { limits: { residentBytesMax: 1024 ** 3, processesMax: 30 } })
    const { pid = 0 } = forking
    expect(await failureOf(work(forking))).toMatchObject({ message: expect.stringContaining('30 processes') })
    await waitFor(async () => usageOf(pid, await readProcesses()).residentBytes === 0, { what: 'all to be gone' })
  })

  test('one that lists ten thousand tools is read to the end', async () => {
    const session = await open('many-tools')
    expect(await session.listTools(limits)).toHaveLength(10_000)
    await session.close()
  })

  test('one whose tools are declared wrongly keeps those that can be called, each with its fault', async () => {
    const session = await open('odd-tools')
    const tools = await session.listTools(limits)
    expect(Object.fromEntries(tools.map(({ name, fault }) => [name, fault]))).toEqual({
      'no-schema': 'it has no inputSchema',
      'null-schema': 'it has no inputSchema',
      'text-schema': 'its inputSchema is no object',
      'array-schema': 'its inputSchema is not of type object',
      'bad-properties': 'the properties of its inputSchema are no object',
      'bad-required': 'the required of its inputSchema is no list of names',
      'huge-schema': expect.stringContaining('bytes'),
      'with spaces and ünïcode/..': undefined,
      good: undefined,
    })
    expect(tools.find(({ name }) => name === 'good')?.description).toBeUndefined()
    await session.close()
  })
})

describe('nothing of a program is left', () => {
  test('when its session is closed, deaf as it may be', async () => {
    for (const mode of ['deaf', 'children']) {
      const session = await open(mode)
      const { pid = 0 } = session
      await work(session)
      const { pids } = usageOf(pid, await readProcesses())
      expect(pids.length).toBeGreaterThan(mode === 'children' ? 4 : 2)
      await session.close()
      await waitFor(() => !pids.some(isAlive), { what: `${mode}: every process to be gone` })
    }
  })

  test('when whoever started it is killed', async () => {
    const owner = Bun.spawn([process.execPath, OWNER, HOSTILE, directory], { stdout: 'pipe', stderr: 'inherit' })
    const reader = owner.stdout.getReader()
    const { value } = await reader.read()
    const pid = Number(new TextDecoder().decode(value))
    expect(pid).toBeGreaterThan(1)
    const { pids } = usageOf(pid, await readProcesses())
    expect(pids.length).toBeGreaterThan(2)
    owner.kill('SIGKILL')
    await owner.exited
    await waitFor(() => !pids.some(isAlive), { what: 'every process to be gone' })
  })
})

const countOurs = async (): Promise<number> =>
  (await readProcesses()).filter(({ parentPid }) => parentPid === process.pid).length
