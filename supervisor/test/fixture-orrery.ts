import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { processStartTime } from '#shared/lifecycle/process-identity.ts'
import { adminSocketPath } from '#shared/lifecycle/runtime-directory.ts'
import { collectOutput } from '#shared/testing/collect-output.ts'
import { freePort } from '#shared/testing/free-port.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { BackendFacts, Death, LivingSnapshot, PoolFacts, ProcessFacts } from '../pool/supervision.ts'

/** What the fixture's admin server tells. */
export interface FixtureFacts {
  ready: { ready: boolean; reasons: string[] }
  pools: PoolFacts[]
  gateways: ProcessFacts[]
  backends: BackendFacts[]
  deaths: Death[]
  warnings: string[]
  troubles: string[]
  snapshots: LivingSnapshot[]
}

export interface FixtureOrrery {
  pid: number
  port: number
  dataDirectory: string
  exited: Promise<number>
  output(): string
  facts(): Promise<FixtureFacts>
  worker(pool: string): Promise<ProcessFacts>
  ask(path: string): Promise<Response>
  kill(signal: NodeJS.Signals): void
}

const directories: string[] = []
const children: Bun.Subprocess[] = []

/** A data directory with a short path, removed by `cleanUp`. */
export const makeDataDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'of-'))
  directories.push(directory)
  return join(directory, 'data')
}

/** Spawns the supervisor with fixture workers in one pool `all` unless `env` says otherwise; does not wait for anything. */
export const spawnFixture = (options: {
  dataDirectory: string
  worker?: string
  port?: number
  env?: Record<string, string>
}): FixtureOrrery => {
  const port = options.port ?? freePort()
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, 'fixtures/supervisor.ts')], {
    cwd: resolve(options.dataDirectory, '..'),
    env: {
      PATH: process.env.PATH ?? '',
      ORRERY_DATA: options.dataDirectory,
      PORT: String(port),
      ORRERY_SERVICE_PORTS: 'off',
      ORRERY_PRESET: 'compact',
      FIXTURE_WORKER: options.worker ?? 'steady-worker.ts',
      ...options.env,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  children.push(child)
  const output = collectOutput([child.stdout, child.stderr])
  const ask = (path: string) => fetch(`http://admin${path}`, { unix: adminSocketPath(options.dataDirectory) })
  const facts = async () => (await (await ask('/')).json()) as FixtureFacts
  return {
    pid: child.pid,
    port,
    dataDirectory: options.dataDirectory,
    exited: child.exited,
    output,
    facts,
    ask,
    async worker(pool) {
      const found = (await facts()).pools.find((entry) => entry.name === pool)?.workers[0]
      if (!found) throw new Error(`no pool ${pool}`)
      return found
    },
    kill: (signal) => child.kill(signal),
  }
}

/** Spawns and waits until everything is ready. */
export const startFixture = async (options: Parameters<typeof spawnFixture>[0]): Promise<FixtureOrrery> => {
  const orrery = spawnFixture(options)
  const ended = orrery.exited.then((code) => {
    throw new Error(`the supervisor ended with ${code}: ${orrery.output()}`)
  })
  ended.catch(() => undefined)
  const isReady = () =>
    orrery.facts().then(
      (facts) => facts.ready.ready,
      () => false,
    )
  await Promise.race([waitFor(isReady, { what: 'the fixture to be ready', timeoutMs: 90_000 }), ended])
  return orrery
}

export const isRunning = (pid: number): boolean => processStartTime(pid) !== undefined

/** For what must have ended by now: it is listed until the system has taken it apart, which takes a moment on a busy machine. */
export const allGone = (pids: readonly number[]) =>
  waitFor(() => !pids.some(isRunning), { what: `${pids} to be forgotten by the system`, timeoutMs: 5_000 })

/** Stops the supervisors that tests started. One that was killed leaves survivors: its test starts another on the same directory. */
export const cleanUp = async (): Promise<void> => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await child.exited
  }
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
}
