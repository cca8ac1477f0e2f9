/** Programs of MCP servers inside a whole Orrery: nothing of them outlives the worker that started them, and they are started again. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'

const HOSTILE = new URL('../../../shared/mcp/test/hostile-server.ts', import.meta.url).pathname

let orrery: RunningOrrery
beforeAll(async () => {
  orrery = await startOrrery()
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const ask = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${orrery.url}/api/mcp-servers${path}`, {
    method,
    headers: { authorization: `Bearer ${orrery.rootKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const linkWorker = async (): Promise<number> => {
  const { pools } = await orrery.status()
  return (
    pools.find(({ services }) => services.includes('link'))?.workers.find(({ state }) => state === 'ready')?.pid ?? 0
  )
}

test('a worker that is killed takes the programs that it started with it, and the next one starts them again', async () => {
  // Deaf to the end of its input and to SIGTERM.
  const added = await ask('POST', '', {
    name: 'Deaf',
    transport: 'stdio',
    command: process.execPath,
    args: [HOSTILE, 'deaf'],
  })
  expect(added.status).toBe(201)
  const { serverId } = added.body as { serverId: string }
  /** The program's own process id, which its tool answers; undefined while nobody serves. */
  const programPid = async (): Promise<number | undefined> => {
    const { status, body } = await ask('POST', `/${serverId}/call`, { name: 'work' })
    return status === 200 ? Number((body as { content: { text: string }[] }).content[0]?.text) : undefined
  }
  const first = await waitFor(programPid, { what: 'the program to answer' })
  expect(await programPid()).toBe(first)

  process.kill(await linkWorker(), 'SIGKILL')
  await waitFor(() => !isAlive(first), { what: 'the program to be gone' })
  const second = await waitFor(programPid, { what: 'the program to be started again', timeoutMs: 45_000 })
  expect(second).not.toBe(first)

  process.kill(second, 'SIGKILL')
  const third = await waitFor(programPid, { what: 'a program that died to be started again', timeoutMs: 45_000 })
  expect(third).not.toBe(second)
  await orrery.stop()
  await waitFor(() => !isAlive(third), { what: 'the program to be gone with the installation' })
}, 120_000)
