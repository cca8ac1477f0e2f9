import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '#shared/logging/logger.ts'
import { type DeathFacts, forgetOldDeaths, HEALTHY_AFTER_MS, restartPauseMs } from '../pool/restart-policy.ts'
import type { PostgresBackend } from './backend.ts'
import { createBackendState } from './backend-state.ts'
import { lastLines } from './last-lines.ts'
import { choosePostgresAccount, type PostgresAccount } from './postgres-account.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { ensureCluster } from './postgres-cluster.ts'
import { EMBEDDED_SETTINGS } from './postgres-settings.ts'
import { clusterProcesses } from './postmaster.ts'
import {
  adoptPostmaster,
  type ClusterPlace,
  type Postmaster,
  startPostmaster,
  stopPostmaster,
} from './start-postmaster.ts'
import { watchDatabase } from './watch-database.ts'

export interface EmbeddedPostgresOptions {
  /** Holds the cluster and what else PostgreSQL needs; made if absent, like its parent. */
  directory: string
  /** Holds the socket; short, mode 0700; made if absent, like its parent. */
  socketDirectory: string
  logPath: string
  logger: Logger
  /** Added to EMBEDDED_SETTINGS. */
  settings?: Readonly<Record<string, string>>
}

const START_MS_MAX = 60_000 // crash recovery of a large write-ahead log takes its time

/**
 * A PostgreSQL of our own on a unix socket: made at first start, adopted when it survived its supervisor, started again when it dies.
 * It runs in a session of its own, so that Ctrl-C in a terminal does not stop it before the workers have flushed.
 */
export const createEmbeddedPostgres = (options: EmbeddedPostgresOptions): PostgresBackend => {
  const databaseUrl = `postgres://postgres@/postgres?host=${encodeURIComponent(options.socketDirectory)}`
  const { logger } = options
  const current = createBackendState()
  const stopped = new AbortController()
  let postmaster: Postmaster | undefined
  let cluster = ''

  const launch = async (program: Program, signal: AbortSignal): Promise<Postmaster> => {
    const place: ClusterPlace = { ...options, cluster, databaseUrl }
    const started = (await adoptPostmaster(place, signal)) ?? (await startPostmaster(place, program, signal))
    postmaster = started
    current.enter('ready')
    logger.info({ postmaster: started.pid, adopted: started.adopted }, 'embedded PostgreSQL is ready')
    return started
  }

  /** Brings it back after each death, with growing pauses, until it is stopped as asked. */
  const keepAlive = async (program: Program): Promise<void> => {
    let deaths: DeathFacts[] = []
    let since = Date.now()
    for (;;) {
      await postmaster?.ended
      if (stopped.signal.aborted) return
      const now = Date.now()
      const afterHealth = now - since >= HEALTHY_AFTER_MS
      deaths = [...forgetOldDeaths(deaths, now), { atMs: now, afterHealth, blame: 'own' }]
      current.enter('restarting', `it ended unexpectedly: ${lastLines(options.logPath, { lines: 1 })}`)
      logger.error({ postmaster: postmaster?.pid, deaths: deaths.length }, 'embedded PostgreSQL died')
      await Bun.sleep(restartPauseMs(deaths, Math.random()))
      if (stopped.signal.aborted) return
      since = Date.now()
      await launch(program, AbortSignal.any([stopped.signal, AbortSignal.timeout(START_MS_MAX)])).catch((error) =>
        logger.error({ err: error }, 'embedded PostgreSQL did not start again'),
      )
    }
  }

  return {
    databaseUrl,
    async start(signal) {
      mkdirSync(options.directory, { recursive: true, mode: 0o700 })
      mkdirSync(options.socketDirectory, { recursive: true, mode: 0o700 })
      cluster = join(realpathSync(options.directory), 'cluster')
      const binaries = findPostgresBinaries(join(options.directory, 'lib'))
      const account = choosePostgresAccount(binaries.postgres, [options.directory, options.socketDirectory])
      await ensureCluster(cluster, binaries, account)
      const program = { binaries, account, settings: { ...EMBEDDED_SETTINGS, ...options.settings } }
      await launch(program, AbortSignal.any([signal, AbortSignal.timeout(START_MS_MAX)]))
      keepAlive(program).catch((error) => logger.error({ err: error }, 'watching PostgreSQL failed'))
      watchDatabase(databaseUrl, current, stopped.signal)
    },
    facts: () => ({
      name: 'postgres',
      kind: 'embedded',
      ...current.facts(),
      ...(postmaster ? { pid: postmaster.pid } : {}),
      pids: clusterProcesses(cluster),
    }),
    onChange: current.onChange,
    async stop() {
      stopped.abort()
      if (postmaster) await stopPostmaster(postmaster.pid, cluster)
      current.enter('stopped')
    },
  }
}

interface Program {
  binaries: PostgresBinaries
  account: PostgresAccount
  settings: Readonly<Record<string, string>>
}
