import type postgres from 'postgres'

/** Questions under way on connections that still live get this long before the client that lost one is closed under them. */
const RETIRE_SECONDS = 1

export interface RenewingClient {
  /** The client to ask now. Take it anew for every question. */
  readonly sql: postgres.Sql
  close(seconds: number): Promise<void>
}

/**
 * A client that is replaced whole as soon as one of its connections is lost.
 *
 * Needed because postgres.js 3.4.9 cannot be trusted after a loss: a connection that closes while a small write is buffered keeps the mark of
 * a scheduled write that never happens, and every question that the pool gives to it afterwards waits for ever.
 *
 * @param connect makes a client whose `onclose` is the function it is given
 */
export const createRenewingClient = (connect: (onClose: () => void) => postgres.Sql): RenewingClient => {
  let closed = false

  const open = (): postgres.Sql => {
    const sql = connect(() => {
      if (closed || sql !== current) return
      current = open()
      sql.end({ timeout: RETIRE_SECONDS }).catch(() => undefined)
    })
    return sql
  }
  let current = open()

  return {
    get sql() {
      return current
    },
    close(seconds) {
      closed = true
      return current.end({ timeout: seconds })
    },
  }
}
