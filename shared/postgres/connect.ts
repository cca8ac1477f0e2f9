import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { createPatience } from './patience.ts'
import { patientClient } from './patient-client.ts'

/** What repositories ask for: the pool, or the transaction a caller opened. */
export type Database = PgDatabase<PgQueryResultHKT, Record<string, never>>

/** Reconnects are tried this often: the default back-off of the driver grows to 20 s, which a restarted local server does not deserve. */
const RECONNECT_SECONDS = 0.05
const CLOSE_SECONDS_MAX = 5

/**
 * Driver options for `postgres://user@host/db` and for `postgres://user@/db?host=/socket/directory` (libpq's way to name a unix socket).
 */
export const connectionOptions = (databaseUrl: string): postgres.Options<Record<string, never>> => {
  const url = new URL(databaseUrl.replace('@/', '@localhost/'))
  const socketDirectory = url.searchParams.get('host')
  const common = {
    onnotice: () => undefined,
    backoff: () => RECONNECT_SECONDS,
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    username: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password),
  }
  if (socketDirectory) return { ...common, path: `${socketDirectory}/.s.PGSQL.${url.port || '5432'}` }
  const ssl = url.searchParams.get('sslmode')
  return {
    ...common,
    host: url.hostname,
    port: Number(url.port || 5432),
    ...(ssl && ssl !== 'disable' ? { ssl: ssl as 'require' | 'prefer' | 'verify-full' } : {}),
  }
}

/** Questions that were asked when a connection was lost get this long to be answered by the other connections of their pool. */
const RETIRE_SECONDS = 5

/**
 * A pool with drizzle on top. `drizzle` changes its client's parsers, so whoever needs the bare driver makes a `postgres()` of their own.
 *
 * The pool is replaced whole as soon as one of its connections is lost, because postgres.js 3.4.9 keeps such a connection although what is
 * given to it may never be sent (see renewing-client.ts). `database`, and whatever is made of it and kept, a prepared statement too, always asks the
 * pool of the moment.
 *
 * While the database is away its questions wait (see patience.ts). When it does not come back in time, or when a statement that changes something, or
 * a transaction, was under way as the connection broke, they reject with ConnectionLostError, in the query builder's wrapping where it has one.
 * @param options.waitMsMax OUTAGE_WAIT_MS_MAX unless told otherwise
 */
export const connectPostgres = (databaseUrl: string, poolSize: number, options: { waitMsMax?: number } = {}) => {
  let closed = false

  const open = () => {
    const client = postgres({
      ...connectionOptions(databaseUrl),
      max: poolSize,
      max_lifetime: null, // a connection that ends is a loss, never a matter of age
      // The driver would ask for types on each new connection, and nobody handles the error when that is lost meanwhile: the process would end.
      fetch_types: false,
      onclose: () => replace(client),
    })
    drizzle({ client }) // sets the parsers
    return client
  }

  const replace = (lost: postgres.Sql) => {
    if (closed || lost !== current) return
    current = open()
    lost.end({ timeout: RETIRE_SECONDS }).catch(() => undefined)
  }

  let current = open()
  const patience = createPatience({
    probe: () => current`select 1`,
    late: () => replace(current),
    ...options,
  })
  const database = drizzle({
    client: patientClient(() => current, patience),
    casing: 'snake_case',
  }) as Database
  return {
    database,
    get client() {
      return current
    },
    close() {
      closed = true
      patience.close()
      return current.end({ timeout: CLOSE_SECONDS_MAX })
    },
  }
}
