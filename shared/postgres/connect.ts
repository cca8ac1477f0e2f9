import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

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

/** The pool of the moment behind a `database` of connectPostgres. */
const poolsOfTheMoment = new WeakMap<Database, () => Database>()

/**
 * What is made of a pool once and used many times: a prepared statement keeps asking the pool that it was made of, which ends when one of its
 * connections is lost. So it is made anew, by `make`, as often as the pool is another one. A transaction is a pool that never changes.
 */
export const madeOncePerPool = <Made>(database: Database, make: (pool: Database) => Made): (() => Made) => {
  const poolOfTheMoment = poolsOfTheMoment.get(database) ?? (() => database)
  let made: { pool: Database; value: Made } | undefined
  return () => {
    const pool = poolOfTheMoment()
    if (made?.pool !== pool) made = { pool, value: make(pool) }
    return made.value
  }
}

/**
 * A pool with drizzle on top. `drizzle` changes its client's parsers, so whoever needs the bare driver makes a `postgres()` of their own.
 *
 * The pool is replaced whole as soon as one of its connections is lost, because postgres.js 3.4.9 keeps such a connection although what is
 * given to it may never be sent (see renewing-client.ts). `database` always asks the pool of the moment; take `client` anew for each question, and keep nothing
 * that was made of `database` and asks by itself (see madeOncePerPool).
 */
export const connectPostgres = (databaseUrl: string, poolSize: number) => {
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
    return { client, database: drizzle({ client, casing: 'snake_case' }) as Database }
  }

  const replace = (lost: postgres.Sql) => {
    if (closed || lost !== current.client) return
    current = open()
    lost.end({ timeout: RETIRE_SECONDS }).catch(() => undefined)
  }

  let current = open()
  const database = new Proxy(current.database, {
    get(_, key) {
      const value: unknown = Reflect.get(current.database, key)
      return typeof value === 'function' ? value.bind(current.database) : value
    },
  })
  poolsOfTheMoment.set(database, () => current.database)
  return {
    database,
    get client() {
      return current.client
    },
    close() {
      closed = true
      return current.client.end({ timeout: CLOSE_SECONDS_MAX })
    },
  }
}
