/** The whole system is reloaded from the command line: what an operator does, and what it tells. */
import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '#shared/testing/free-port.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { StatusDocument } from '../admin/status-document.ts'
import type { ReloadOutcome } from '../reload/reload-outcome.ts'

const root = resolve(import.meta.dir, '../..')
const directory = mkdtempSync(join(tmpdir(), 'orrery-reload-'))
const port = freePort()
const env = { PATH: process.env.PATH ?? '', HOME: directory, PORT: String(port), ORRERY_SERVICE_PORTS: 'off' }
const spawn = (program: string[]) =>
  Bun.spawn([process.execPath, ...program], {
    ...{ cwd: directory, env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
  })
let supervisor: ReturnType<typeof spawn> | undefined
afterAll(async () => {
  supervisor?.kill('SIGTERM')
  await supervisor?.exited
  rmSync(directory, { recursive: true, force: true })
})

const configure = (toml: string) => writeFileSync(join(directory, 'orrery.toml'), toml)
const orrery = async (...args: string[]) => {
  const child = spawn([join(root, 'supervisor/command/main.ts'), ...args])
  const output = await new Response(child.stdout).text()
  const problems = await new Response(child.stderr).text()
  return { code: await child.exited, output: output + problems }
}
const status = async () => JSON.parse((await orrery('status', '--json')).output) as StatusDocument
const pidsOf = ({ pools, gateways }: StatusDocument) => ({
  workers: Object.fromEntries(pools.map(({ name, workers }) => [name, workers.map(({ pid }) => pid)])),
  gateway: gateways[0]?.pid,
})
const outcomeOf = ({ output }: { output: string }) => JSON.parse(output) as ReloadOutcome

/** A client with the root key, that asks every service again and again until it is told to stop. */
const loadServices = () => {
  const key = readFileSync(join(directory, 'data/root-key'), 'utf8').trim()
  const failures: string[] = []
  let stopped = false
  let requests = 0
  const ask = async (path: string) => {
    while (!stopped) {
      const headers = { authorization: `Bearer ${key}` }
      const status = await fetch(`http://127.0.0.1:${port}${path}`, { headers }).then(async (response) => {
        await response.bytes()
        return response.status
      }, String)
      requests += 1
      if (status !== 200) failures.push(`${path}: ${status}`)
      await Bun.sleep(10)
    }
  }
  const running = ['/api/models', '/api/flows', '/api/bases', '/api/apps', '/'].map(ask)
  return async () => {
    stopped = true
    await Promise.all(running)
    return { failures, requests }
  }
}

test('an operator changes settings, program files and sizes under load, and no request fails', async () => {
  mkdirSync(join(directory, 'data'), { mode: 0o700 })
  supervisor = spawn([join(root, 'supervisor/main.ts')])
  await waitFor(async () => (await orrery('status')).output.includes('is ready'), { what: 'Orrery', timeoutMs: 60_000 })
  const first = pidsOf(await status())
  const stop = loadServices()

  configure('rehearsal_token_ms = 7\n')
  const preview = await orrery('reload', '--plan')
  expect(preview).toMatchObject({ code: 0, output: expect.stringContaining('ORRERY_REHEARSAL_TOKEN_MS 5 -> 7') })
  expect(pidsOf(await status())).toEqual(first)
  const applied = await orrery('reload')
  expect(applied).toMatchObject({ code: 0, output: expect.stringContaining('Applied in') })
  const second = pidsOf(await status())
  expect(second.workers.knowledge).toEqual(first.workers.knowledge ?? [])
  expect(second.workers.platform).toEqual(first.workers.platform ?? [])
  expect(second.gateway).toBe(first.gateway)
  expect(second.workers.agent).not.toEqual(first.workers.agent ?? [])

  const all = outcomeOf(await orrery('restart', '--all', '--json'))
  expect(all).toMatchObject({ result: 'applied', problems: [] })
  const third = pidsOf(await status())
  expect(third.gateway).not.toBe(second.gateway)
  const still = Object.values(second.workers).flat()
  expect(
    Object.values(third.workers)
      .flat()
      .filter((pid) => still.includes(pid)),
  ).toEqual([])

  const shifted = outcomeOf(await orrery('reload', '--code', '--strategy', 'blue-green', '--json'))
  expect(shifted).toMatchObject({ result: 'applied', problems: [] })
  const replaced = await orrery('drain', 'agent', '0')
  expect(replaced).toMatchObject({ code: 0, output: expect.stringContaining('agent/0 was replaced') })
  const { failures, requests } = await stop()
  expect(failures).toEqual([])
  expect(requests).toBeGreaterThan(100)
  expect(JSON.parse((await orrery('deaths', '--json')).output)).toEqual([])
}, 120_000)

test('an invalid file changes nothing, and status, health and the exit code say so until it is right again', async () => {
  const before = pidsOf(await status())
  configure('rehearsal_token_ms = 7\ncolour = "blue"\n')
  expect(await orrery('reload')).toMatchObject({ code: 78, output: expect.stringContaining('colour') })
  const shown = await status()
  expect(pidsOf(shown)).toEqual(before)
  expect(shown.warnings.join()).toContain('colour')
  const health = (await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as {
    status: string
    reasons: string[]
  }
  expect(health).toMatchObject({ status: 'degraded', reasons: [expect.stringContaining('colour')] })
  configure('rehearsal_token_ms = 7\n')
  expect(outcomeOf(await orrery('reload', '--json')).result).toBe('unchanged')
  expect((await status()).warnings).toEqual([])
}, 120_000)

test('a wrong name is answered with those that there are', async () => {
  expect(await orrery('scale', 'agnt', '1')).toMatchObject({
    code: 1,
    output: expect.stringContaining('agent, workflow, knowledge, platform'),
  })
  expect(await orrery('scale', 'agent', '2')).toMatchObject({ code: 1, output: expect.stringContaining('orrery.toml') })
  expect(await orrery('drain', 'agent', '7')).toMatchObject({ code: 1, output: expect.stringContaining('agent/7') })
}, 120_000)
