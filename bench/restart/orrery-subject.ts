import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { adminSocketPath } from '../../shared/lifecycle/runtime-directory.ts'
import { waitFor } from '../../shared/testing/wait-for.ts'
import type { Subject } from './subject.ts'

export interface OrrerySubjectOptions {
  name: string
  /** `real`: the services. `bare`: a worker that only serves its socket, under the same supervisor and gateway. */
  workers: 'real' | 'bare'
  /** Whose worker is killed, and what is asked of it. */
  pool: string
  path: string
  spare: number
  databaseUrl?: string | undefined
}

interface Seen {
  pid: number
  state: string
}
interface SeenPool {
  name: string
  workers: Seen[]
  spares?: Seen[]
}

/** The pools of the preset `default`, each with so many spares. */
const configuration = (spare: number): string =>
  [
    ['agent', '"agent"'],
    ['workflow', '"workflow"'],
    ['knowledge', '"knowledge"'],
    ['platform', '"tenant", "console"'],
  ]
    .map(([name, services]) => `[pools.${name}]\nservices = [${services}]\nspare = ${spare}\n`)
    .join('\n')

const ENTRIES = { real: '../../supervisor/main.ts', bare: '../../supervisor/test/fixtures/supervisor.ts' }
const STATUS_PATHS = { real: '/status', bare: '/' }
const READY_MS_MAX = 60_000
/** What a gateway says when it has no worker; anything else comes from one. */
const NOBODY_THERE = [502, 503, 504]

/** A whole Orrery, asked through its gateway. */
export const createOrrerySubject = async (options: OrrerySubjectOptions): Promise<Subject> => {
  const { name, workers, pool, path, spare, databaseUrl } = options
  const directory = mkdtempSync(join(tmpdir(), 'restart-'))
  chmodSync(directory, 0o755) // the embedded PostgreSQL runs as another account
  writeFileSync(join(directory, 'orrery.toml'), configuration(spare))
  const dataDirectory = join(directory, 'data')
  const port = freePort()
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, ENTRIES[workers])], {
    cwd: directory,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '/tmp',
      PORT: String(port),
      ORRERY_DATA: dataDirectory,
      ORRERY_SERVICE_PORTS: 'off',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const rootKey = () => readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim()
  const answers = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${rootKey()}` } }).then(
      async (response) => (await response.text()) !== undefined && !NOBODY_THERE.includes(response.status),
      () => false,
    )
  const seen = async (): Promise<SeenPool | undefined> => {
    const response = await fetch(`http://supervisor${STATUS_PATHS[workers]}`, { unix: adminSocketPath(dataDirectory) })
    const { pools } = (await response.json()) as { pools: SeenPool[] }
    return pools.find((entry) => entry.name === pool)
  }
  /** The pid of the worker, once it and the spares are ready. */
  const readyPid = async (): Promise<number | undefined> => {
    const { workers: slots = [], spares = [] } = (await seen().catch(() => undefined)) ?? {}
    const all = [...slots, ...spares]
    return all.length === 1 + spare && all.every(({ state }) => state === 'ready') ? slots[0]?.pid : undefined
  }
  return {
    name,
    async settled() {
      const pid = await waitFor(readyPid, { what: `${name} to be ready`, timeoutMs: READY_MS_MAX })
      await waitFor(answers, { what: `${name} to answer` })
      return pid
    },
    answers,
    async stop() {
      child.kill('SIGTERM')
      await child.exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const freePort = (): number => {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop(true)
  return port
}
