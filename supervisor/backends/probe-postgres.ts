import type postgres from 'postgres'

/** Oldest server that the migrations and the journal work with, as `server_version_num` writes it. */
const SERVER_VERSION_MIN = 140_000

/**
 * Opens a connection, asks one question, closes it. A process that merely exists, or a port that merely accepts, proves nothing.
 * Returns undefined when all is well, else why not; never the URL, which may hold a password.
 */
export const probePostgres = async (databaseUrl: string, timeoutMs: number): Promise<string | undefined> => {
  const client = await openClient(databaseUrl, timeoutMs)
  const { promise: timedOut, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs)
  try {
    return await Promise.race([askVersion(client), timedOut])
  } finally {
    clearTimeout(timer)
    await client.end({ timeout: 0 }).catch(() => undefined)
  }
}

/** The driver is loaded here, while the children of the supervisor start, not before them. */
const openClient = async (databaseUrl: string, timeoutMs: number): Promise<postgres.Sql> => {
  const [driver, { connectionOptions }] = await Promise.all([import('postgres'), import('#shared/postgres/connect.ts')])
  return driver.default({
    ...connectionOptions(databaseUrl),
    max: 1,
    connect_timeout: Math.ceil(timeoutMs / 1000),
    // The driver would ask for types first, and nobody handles the error when the server dies under that: the supervisor would end.
    fetch_types: false,
  })
}

const askVersion = async (client: postgres.Sql): Promise<string | undefined> => {
  try {
    const [row] = await client<[{ version: string }]>`select current_setting('server_version_num') as version`
    if (Number(row.version) >= SERVER_VERSION_MIN) return undefined
    return `it is version ${row.version}, and 14 or later is needed`
  } catch (error) {
    return describe(error)
  }
}

const describe = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string }
  return message || code || 'the connection failed'
}
