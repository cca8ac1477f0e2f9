import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresUnusableError } from '../errors.ts'
import { lastLines } from './last-lines.ts'
import type { PostgresAccount } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { settingArguments } from './postgres-settings.ts'
import { belongsToCluster, clusterProcesses, readPidFile } from './postmaster.ts'
import { probePostgres } from './probe-postgres.ts'

/** A running server, ours or a survivor of an earlier supervisor. */
export interface Postmaster {
  pid: number
  adopted: boolean
  /** Resolves when the process is gone. */
  ended: Promise<void>
}

export interface ClusterPlace {
  /** Real path: processes are recognised by it. */
  cluster: string
  socketDirectory: string
  databaseUrl: string
  logPath: string
}

const POLL_MS = 2
const ADOPTED_POLL_MS = 100
const PROBE_MS_MAX = 2_000
const STOP_STEP_MS_MAX = 10_000
const ORPHANS_MS_MAX = 2_000

/** Takes over a living server of this cluster, waiting for one that is about to start or to stop. Undefined when there is none. */
export const adoptPostmaster = async (place: ClusterPlace, signal: AbortSignal): Promise<Postmaster | undefined> => {
  for (;;) {
    const file = readPidFile(place.cluster)
    if (!file || !belongsToCluster(file.pid, place.cluster)) return undefined
    // A server that was just killed still looks ready for a moment, so only an answer counts.
    if (file.status === 'ready' && !(await probePostgres(place.databaseUrl, PROBE_MS_MAX))) {
      return { pid: file.pid, adopted: true, ended: pollUntilGone(file.pid, place.cluster) }
    }
    await pause(signal, 'adopting PostgreSQL')
  }
}

/** Starts a server after removing what a dead one left behind. Throws PostgresUnusableError when it ends before it is ready. */
export const startPostmaster = async (
  place: ClusterPlace,
  program: { binaries: PostgresBinaries; account: PostgresAccount; settings: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Postmaster> => {
  await removeRemains(place.cluster)
  const log = openSync(place.logPath, 'a', 0o600)
  const child = Bun.spawn(
    [
      ...program.account.prefix,
      program.binaries.postgres,
      ...['-D', place.cluster, '-k', place.socketDirectory],
      ...settingArguments(program.settings),
    ],
    {
      ...program.account.credentials,
      env: { PATH: '/usr/bin:/bin', ...program.binaries.environment },
      cwd: '/',
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      detached: true,
    },
  )
  child.unref()
  closeSync(log)
  for (;;) {
    const file = readPidFile(place.cluster)
    if (file?.pid === child.pid && file.status === 'ready') break
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new PostgresUnusableError(`The embedded PostgreSQL did not start:\n  ${lastLines(place.logPath)}`, {
        remedy: `Read ${place.logPath}. Nothing was changed; start again once the cause is removed.`,
      })
    }
    if (signal.aborted) {
      child.kill('SIGINT')
      await child.exited
    }
    await pause(signal, 'starting PostgreSQL')
  }
  return { pid: child.pid, adopted: false, ended: child.exited.then(() => undefined) }
}

/** Stops a server: fast shutdown first, then harder. Data is safe in each case; a harder stop costs a recovery at the next start. */
export const stopPostmaster = async (pid: number, cluster: string): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!belongsToCluster(pid, cluster)) return
    process.kill(pid, signal)
    if (await goneWithin(() => !belongsToCluster(pid, cluster), STOP_STEP_MS_MAX)) return
  }
}

/** Orphans of a killed server hold its shared memory, and its pid file may name a pid that now belongs to somebody else. */
const removeRemains = async (cluster: string): Promise<void> => {
  for (const pid of clusterProcesses(cluster)) process.kill(pid, 'SIGKILL')
  await goneWithin(() => clusterProcesses(cluster).length === 0, ORPHANS_MS_MAX)
  if (process.platform === 'linux') rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

const pollUntilGone = async (pid: number, cluster: string): Promise<void> => {
  while (belongsToCluster(pid, cluster)) await Bun.sleep(ADOPTED_POLL_MS)
}

const goneWithin = async (isGone: () => boolean, msMax: number): Promise<boolean> => {
  const deadline = Date.now() + msMax
  while (!isGone()) {
    if (Date.now() > deadline) return false
    await Bun.sleep(POLL_MS)
  }
  return true
}

const pause = async (signal: AbortSignal, what: string): Promise<void> => {
  if (signal.aborted) {
    throw new PostgresUnusableError(`Gave up ${what}.`, { remedy: 'See logs/postgres.log in the data directory.' })
  }
  await Bun.sleep(POLL_MS)
}
