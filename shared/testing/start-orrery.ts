import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { collectOutput } from './collect-output.ts'
import { freePort } from './free-port.ts'
import { waitFor } from './wait-for.ts'

const root = resolve(import.meta.dir, '../..')
const READY_MS_MAX = 90_000
const STOP_MS_MAX = 40_000
/** Anything of the caller's own environment that would make the instance another one than the test asked for. */
const SETTING = /^(ORRERY_|DATABASE_|REDIS_|KAFKA_|OSS_|OTLP_|RAGFLOW_)|^(HOST|PORT|LOG_LEVEL)$/

/** Directories made here, with the port of the instance: a second start on one is a restart, and a restart keeps its port. */
const made = new Map<string, number>()

export interface RunningOrrery {
  url: string
  rootKey: string
  dataDirectory: string
  /** Of the supervisor. */
  pid: number
  /** All that the supervisor printed so far. */
  output(): string
  /** SIGTERM, then the end of the process; its exit code. Removes the data directory if it was made here. */
  stop(): Promise<number>
  /** SIGKILL for the supervisor alone; everything else is left to itself, and the data directory stays. */
  kill9(): Promise<void>
  /** The document of `orrery status --json`. */
  status(): Promise<OrreryStatus>
  [Symbol.asyncDispose](): Promise<void>
}

/** The part of `orrery status --json` that tests look at. */
export interface OrreryStatus {
  version: string
  ready: boolean
  pssBytes: number
  supervisor: { pid: number }
  gateways: { pid: number; state: string }[]
  pools: {
    name: string
    services: string[]
    workers: { pid: number; slot: number; state: string; restarts: number }[]
  }[]
  backends: { name: string; kind: string; pid?: number; state: string }[]
}

/**
 * Starts a whole, real Orrery on a free port and waits until it is ready. Without `dataDirectory` it gets a fresh one with a short path
 * (unix sockets live in it) that a dropped user may reach.
 */
export const startOrrery = async (
  options: { env?: Record<string, string>; dataDirectory?: string } = {},
): Promise<RunningOrrery> => {
  const dataDirectory = options.dataDirectory ?? makeDataDirectory()
  const port = Number(options.env?.PORT ?? made.get(dataDirectory) ?? freePort())
  if (made.has(dataDirectory)) made.set(dataDirectory, port)
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTING.test(name))),
    HOST: '127.0.0.1',
    ORRERY_SERVICE_PORTS: 'off',
    ...options.env,
    PORT: String(port),
    ORRERY_DATA: dataDirectory,
  }
  const child = Bun.spawn([process.execPath, 'supervisor/main.ts'], {
    cwd: root,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const output = collectOutput([child.stdout, child.stderr])
  const url = `http://127.0.0.1:${port}`

  const stop = async () => {
    child.kill('SIGTERM')
    const tooLong = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    const code = await child.exited
    clearTimeout(tooLong)
    if (made.delete(dataDirectory)) rmSync(dirname(dataDirectory), { recursive: true, force: true })
    return code
  }
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`Orrery ended with ${child.exitCode}:\n${output()}`)
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    return response?.ok
  }
  try {
    await waitFor(isReady, { what: 'Orrery to be ready', timeoutMs: READY_MS_MAX })
  } catch (error) {
    await stop()
    throw new Error(`${String(error)}\n${output()}`, { cause: error })
  }

  const keyFile = join(dataDirectory, 'root-key')
  return {
    url,
    rootKey: options.env?.ORRERY_ROOT_KEY ?? (existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : ''),
    dataDirectory,
    pid: child.pid,
    output,
    stop,
    async kill9() {
      child.kill('SIGKILL')
      await child.exited
    },
    status: () => readStatus(env),
    async [Symbol.asyncDispose]() {
      await stop()
    },
  }
}

const readStatus = async (env: Record<string, string | undefined>): Promise<OrreryStatus> => {
  const command = Bun.spawn([process.execPath, 'supervisor/command/main.ts', 'status', '--json'], {
    cwd: root,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [text, complaint] = await Promise.all([
    new Response(command.stdout).text(),
    new Response(command.stderr).text(),
  ])
  if ((await command.exited) !== 0) throw new Error(`orrery status failed: ${text}${complaint}`)
  return JSON.parse(text) as OrreryStatus
}

const makeDataDirectory = (): string => {
  const parent = mkdtempSync(join(tmpdir(), 'or-'))
  chmodSync(parent, 0o755)
  const dataDirectory = join(parent, 'data')
  made.set(dataDirectory, freePort())
  return dataDirectory
}
