import { closeSync, existsSync, fstatSync, openSync, renameSync, statSync } from 'node:fs'
import { type ProcessIdentity, processStartTime } from '#shared/lifecycle/process-identity.ts'
import { ASSIGNMENT_VARIABLE, type WorkerAssignment } from '#shared/worker-protocol/worker-assignment.ts'
import { lastLines } from '../backends/last-lines.ts'

/** `fetch` waits for ever when more than 256 requests are open, unless this is raised. */
const HTTP_REQUESTS_MAX = '65535'
const LOG_BYTES_MAX = 64 * 1024 * 1024

/** Those among the inherited variables that decide where a child connects to, and whom it trusts. */
export const NETWORK_VARIABLES = [
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
]
/**
 * What a child may inherit: how to find programs, certificates and proxies, and how to write times. Settings and secrets reach it only
 * through its assignment.
 */
const INHERITED_VARIABLES = ['PATH', 'HOME', 'USER', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL', ...NETWORK_VARIABLES]

export interface SpawnRequest {
  /** Program to run: a TypeScript file, or what was made of one. */
  entry: string
  assignment: WorkerAssignment
  /** Where it writes its log, its last words included. */
  logPath: string
  environment: Readonly<Record<string, string | undefined>>
  /** Descriptors of ours that it inherits, as 3, 4, 5 … */
  descriptors?: readonly number[]
}

/** First descriptor after the three that every process has. */
export const FIRST_INHERITED = 3

/** A process below the supervisor, whoever started it. */
export interface SpawnedProcess extends ProcessIdentity {
  kill(signal: NodeJS.Signals): void
  /** Both null: nobody can tell any more how it ended. */
  ended: Promise<{ exitCode: number | null; signal: string | null; lastLine: string }>
  /** There is a sign that it has ended: see at once, if that has to be looked for. */
  look?(): void
}

/**
 * Starts a child in a session of its own, so that Ctrl-C in a terminal reaches the supervisor alone, which then stops everything in order.
 * Its output goes straight into a file: a pipe would break when the supervisor dies, and the child must survive that.
 */
export const spawnProcess = ({
  entry,
  assignment,
  logPath,
  environment,
  descriptors = [],
}: SpawnRequest): SpawnedProcess => {
  setOldLogAside(logPath)
  const log = openSync(logPath, 'a', 0o600)
  const fromByte = fstatSync(log).size
  const inherited = Object.fromEntries(INHERITED_VARIABLES.map((name) => [name, environment[name]]))
  const child = Bun.spawn([process.execPath, entry], {
    // Bun reads .env and bunfig.toml of its working directory; there are none here.
    cwd: assignment.dataDirectory,
    env: {
      ...inherited,
      BUN_CONFIG_MAX_HTTP_REQUESTS: HTTP_REQUESTS_MAX,
      [ASSIGNMENT_VARIABLE]: JSON.stringify(assignment),
    },
    stdio: ['ignore', log, log, ...descriptors],
    detached: true,
  })
  closeSync(log)
  return {
    pid: child.pid,
    startTime: processStartTime(child.pid) ?? '',
    kill: (signal) => child.kill(signal),
    ended: child.exited.then(() => ({
      exitCode: child.signalCode ? null : child.exitCode,
      signal: child.signalCode === null ? null : String(child.signalCode),
      lastLine: lastLines(logPath, { fromByte, lines: 1 }),
    })),
  }
}

const setOldLogAside = (path: string): void => {
  if (existsSync(path) && statSync(path).size > LOG_BYTES_MAX) renameSync(path, `${path}.1`)
}
