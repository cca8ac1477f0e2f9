import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { adminSocketPath } from '../../shared/lifecycle/runtime-directory.ts'
import { waitFor } from '../../shared/testing/wait-for.ts'
import type { Death } from '../../supervisor/pool/supervision.ts'

/** One worker of the pool that is hung. */
export interface WorkerSeen {
  pid: number
  state: string
}

export interface BenchOrrery {
  url: string
  headers: Record<string, string>
  /** Of the pool `agent`. */
  workers(): Promise<WorkerSeen[]>
  deaths(): Promise<Death[]>
  /** When the supervisor took a worker out of its routes, in Unix milliseconds, for each time. */
  takenOut(): number[]
  stop(): Promise<void>
}

/** Two workers for the service that is asked, so that one is left when the other hangs. */
const CONFIGURATION = `
[pools.agent]
services = ["agent"]
min = 2

[pools.others]
services = ["workflow", "knowledge", "tenant", "console"]
`

/** Starts the real thing on a port of its own, below the temporary directory. */
export const startBenchOrrery = async (): Promise<BenchOrrery> => {
  const directory = mkdtempSync(join(tmpdir(), 'hang-'))
  chmodSync(directory, 0o755) // the embedded PostgreSQL runs as another account
  const dataDirectory = join(directory, 'data')
  const port = freePort()
  writeFileSync(join(directory, 'orrery.toml'), CONFIGURATION)
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, 'supervisor.ts')], {
    cwd: directory,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '/tmp',
      PORT: String(port),
      ORRERY_DATA: dataDirectory,
      ORRERY_SERVICE_PORTS: 'off',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    )
  await waitFor(isReady, { what: 'Orrery to be ready', timeoutMs: 60_000 })
  const rootKey = readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim()
  const ask = async (path: string) =>
    (await fetch(`http://supervisor${path}`, { unix: adminSocketPath(dataDirectory) })).json()

  return {
    url,
    headers: { authorization: `Bearer ${rootKey}` },
    async workers() {
      const { pools } = (await ask('/status')) as { pools: { name: string; workers: WorkerSeen[] }[] }
      return pools.find(({ name }) => name === 'agent')?.workers ?? []
    },
    deaths: async () => (await ask('/deaths')) as Death[],
    takenOut() {
      const lines = readFileSync(join(dataDirectory, 'logs/supervisor.log'), 'utf8').trim().split('\n')
      const records = lines.map((line) => JSON.parse(line) as { msg: string; time: string })
      return records.filter(({ msg }) => msg === 'worker is silent').map(({ time }) => Date.parse(time))
    },
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
