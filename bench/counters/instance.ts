import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { adminSocketPath } from '../../shared/lifecycle/runtime-directory.ts'
import { waitFor } from '../../shared/testing/wait-for.ts'

/** A real Orrery whose every process may be killed, its supervisor included: the next one takes over what lives. */
export interface Instance {
  url: string
  headers: Record<string, string>
  kill(target: Target): Promise<void>
  stop(): Promise<void>
}

export type Target = 'worker' | 'gateway' | 'supervisor'

/** Several workers each, so that load goes on while some are away. */
const CONFIGURATION = `
[pools.agent]
services = ["agent"]
min = 2

[pools.workflow]
services = ["workflow"]
min = 2

[pools.others]
services = ["knowledge", "tenant", "console"]
min = 2
`

export const startInstance = async (): Promise<Instance> => {
  const directory = mkdtempSync(join(tmpdir(), 'counters-'))
  chmodSync(directory, 0o755) // the embedded PostgreSQL runs as another account
  writeFileSync(join(directory, 'orrery.toml'), CONFIGURATION)
  const dataDirectory = join(directory, 'data')
  const port = freePort()
  const url = `http://127.0.0.1:${port}`
  let supervisor = spawnSupervisor(directory, dataDirectory, port)

  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    )
  await waitFor(isReady, { what: 'Orrery to be ready', timeoutMs: 60_000 })
  const rootKey = readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim()

  /** A process that is ready now; waits until there is one. */
  const pickPid = (target: 'worker' | 'gateway') =>
    waitFor(
      async () => {
        const response = await fetch('http://supervisor/status', { unix: adminSocketPath(dataDirectory) })
        const { pools, gateways } = (await response.json()) as Record<'pools' | 'gateways', { workers: Seen[] }[]>
        const all = target === 'worker' ? pools.flatMap(({ workers }) => workers) : (gateways as unknown as Seen[])
        const ready = all.filter(({ state }) => state === 'ready')
        return ready[Math.floor(Math.random() * ready.length)]?.pid
      },
      { what: `a ${target} that is ready`, timeoutMs: 60_000 },
    )

  return {
    url,
    headers: { authorization: `Bearer ${rootKey}` },
    async kill(target) {
      if (target !== 'supervisor') return void process.kill(await pickPid(target), 'SIGKILL')
      supervisor.kill('SIGKILL')
      await supervisor.exited
      supervisor = spawnSupervisor(directory, dataDirectory, port)
      const answers = () => fetch('http://supervisor/health/live', { unix: adminSocketPath(dataDirectory) })
      await waitFor(() => answers().then(Boolean, () => false), { what: 'the next supervisor', timeoutMs: 60_000 })
    },
    async stop() {
      supervisor.kill('SIGTERM')
      await supervisor.exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

interface Seen {
  pid: number
  state: string
}

const spawnSupervisor = (directory: string, dataDirectory: string, port: number) =>
  Bun.spawn([process.execPath, resolve(import.meta.dir, '../../supervisor/main.ts')], {
    cwd: directory,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '/tmp',
      PORT: String(port),
      ORRERY_DATA: dataDirectory,
      ORRERY_SERVICE_PORTS: 'off',
      ORRERY_REHEARSAL_TOKEN_MS: '0',
    },
    stdio: ['ignore', 'ignore', 'ignore'],
  })

const freePort = (): number => {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop(true)
  return port
}
