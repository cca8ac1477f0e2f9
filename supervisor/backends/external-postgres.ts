import { BackendUnreachableError } from '../errors.ts'
import type { PostgresBackend } from './backend.ts'
import { createBackendState } from './backend-state.ts'
import { probePostgres } from './probe-postgres.ts'
import { watchDatabase } from './watch-database.ts'

const PROBE_MS_MAX = 3_000
const PROBE_PAUSE_MS = 250
const DEFAULT_WAIT_MS_MAX = 10_000

/** A PostgreSQL of the user. It may start at the same time as we do, so it gets some seconds to answer. */
export const createExternalPostgres = (databaseUrl: string, waitMsMax = DEFAULT_WAIT_MS_MAX): PostgresBackend => {
  const current = createBackendState()
  const stopped = new AbortController()
  return {
    databaseUrl,
    async start(signal) {
      const deadline = Date.now() + waitMsMax
      for (;;) {
        const problem = await probePostgres(databaseUrl, PROBE_MS_MAX)
        if (!problem) break
        if (Date.now() > deadline || signal.aborted) throw unreachable(databaseUrl, problem)
        await Bun.sleep(PROBE_PAUSE_MS)
      }
      current.enter('ready')
      watchDatabase(databaseUrl, current, stopped.signal)
    },
    facts: () => ({ name: 'postgres', kind: 'external', ...current.facts() }),
    onChange: current.onChange,
    stop() {
      stopped.abort()
      current.enter('stopped')
      return Promise.resolve()
    },
  }
}

const unreachable = (databaseUrl: string, problem: string) =>
  new BackendUnreachableError(`PostgreSQL at ${placeOf(databaseUrl)} (DATABASE_URL) cannot be used: ${problem}.`, {
    remedy:
      'Start it or correct DATABASE_URL; without DATABASE_URL Orrery runs a PostgreSQL of its own in the data directory.',
  })

/** Host and database, without user and password. */
const placeOf = (databaseUrl: string): string => {
  const url = new URL(databaseUrl.replace('@/', '@localhost/'))
  return `${url.searchParams.get('host') ?? url.host}${url.pathname}`
}
