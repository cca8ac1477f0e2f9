import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { adminSocketPath } from '../shared/lifecycle/runtime-directory.ts'
import { freePort } from '../shared/testing/free-port.ts'
import { waitFor } from '../shared/testing/wait-for.ts'

export interface SpawnedOrrery {
  url: string
  dataDirectory: string
  /** Resolves once `/health/ready` says yes. */
  ready(): Promise<void>
  rootKey(): string
  /** A page of the supervisor's admin socket. */
  ask(path: string): Promise<Response>
  /** Kills the supervisor and starts the next one on the same directory and port. */
  succeed(): Promise<void>
  /** Stops it in order and removes its directory. */
  stop(): Promise<void>
}

const READY_MS_MAX = 60_000

/** Starts a supervisor program on a port of its own, below the temporary directory; does not wait for anything. */
export const spawnOrrery = (options: {
  /** Of the directory, so that it can be told what left it. */
  name: string
  /** Text of `orrery.toml`. */
  configuration: string
  /** From this folder on; the real supervisor by default. */
  entry?: string
  environment?: Readonly<Record<string, string>>
  /** What it writes to its standard error is not shown. */
  quiet?: boolean
}): SpawnedOrrery => {
  const directory = mkdtempSync(join(tmpdir(), `${options.name}-`))
  chmodSync(directory, 0o755) // the embedded PostgreSQL runs as another account
  writeFileSync(join(directory, 'orrery.toml'), options.configuration)
  const dataDirectory = join(directory, 'data')
  const port = freePort()
  const url = `http://127.0.0.1:${port}`

  const spawn = () =>
    Bun.spawn([process.execPath, resolve(import.meta.dir, options.entry ?? '../supervisor/main.ts')], {
      cwd: directory,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '/tmp',
        PORT: String(port),
        ORRERY_DATA: dataDirectory,
        ORRERY_SERVICE_PORTS: 'off',
        ...options.environment,
      },
      stdio: ['ignore', 'ignore', options.quiet ? 'ignore' : 'inherit'],
    })
  let supervisor = spawn()

  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    )
  return {
    url,
    dataDirectory,
    async ready() {
      await waitFor(isReady, { what: 'Orrery to be ready', timeoutMs: READY_MS_MAX })
    },
    rootKey: () => readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim(),
    ask: (path) => fetch(`http://supervisor${path}`, { unix: adminSocketPath(dataDirectory) }),
    async succeed() {
      supervisor.kill('SIGKILL')
      await supervisor.exited
      supervisor = spawn()
    },
    async stop() {
      supervisor.kill('SIGTERM')
      await supervisor.exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
