import type { Writable } from 'node:stream'
import type postgres from 'postgres'

/**
 * Runs SQL that ends in `copy … from stdin` as one message (one implicit transaction) and feeds it the bytes. Resolves when the server is
 * ready again, that is after the commit; rejects with the server's or the connection's error.
 *
 * The driver's own `writable()` settles its query when the copy begins: an error at its end (a duplicate key) would never be reported.
 * So the query's two ends are taken here. After a rejection the connection must not be used again.
 */
export const copyIn = (sql: postgres.Sql, statements: string, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const query = sql.unsafe(statements).simple() as unknown as DriverQuery
    query.reject = reject
    query.resolve = (value) => {
      if (!isWritable(value)) return resolve()
      value.on('error', reject)
      value.end(bytes)
    }
    query.execute()
  })

/** The driver calls `resolve` with the stream once the server asks for data, and with the result at the end. */
interface DriverQuery {
  resolve(value: unknown): void
  reject(error: unknown): void
  execute(): unknown
}

const isWritable = (value: unknown): value is Writable =>
  typeof value === 'object' && value !== null && 'writable' in value && 'end' in value
