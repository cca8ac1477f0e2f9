import type postgres from 'postgres'
import { ConnectionLostError } from './connection-lost-error.ts'

/** What was asked of a client that lost a connection gets this long to be answered by its other ones. */
const RETIRE_MS = 1000

export interface RenewingClient {
  /** Asks the client of the moment. Rejects with ConnectionLostError at the latest a second after that one lost a connection. */
  ask<Value>(question: (sql: postgres.Sql) => PromiseLike<Value>): Promise<Value>
  close(seconds: number): Promise<void>
}

interface Generation {
  sql: postgres.Sql
  /** Rejecters of the questions that have no answer yet. */
  open: Set<(error: Error) => void>
}

/**
 * A client that is replaced whole as soon as one of its connections is lost.
 *
 * Needed because postgres.js 3.4.9 cannot be trusted after a loss: a connection that closes while a small write is buffered keeps the mark of
 * a scheduled write that never happens, and questions that the pool gives to it afterwards, or that wait behind it, are never answered.
 *
 * @param connect makes a client whose `onclose` is the function it is given. It should set `fetch_types: false`: the driver asks for types
 *   in a promise that nobody watches, so that a loss at that moment ends the process
 */
export const createRenewingClient = (connect: (onClose: () => void) => postgres.Sql): RenewingClient => {
  let closed = false

  const open = (): Generation => {
    const generation: Generation = { sql: connect(() => retire(generation)), open: new Set() }
    return generation
  }

  const retire = (generation: Generation) => {
    if (closed || generation !== current) return
    current = open()
    setTimeout(() => {
      for (const reject of generation.open) reject(new ConnectionLostError())
      generation.sql.end({ timeout: 0 }).catch(() => undefined)
    }, RETIRE_MS).unref()
  }
  let current = open()

  return {
    ask(question) {
      const generation = current
      return new Promise((resolve, reject) => {
        generation.open.add(reject)
        question(generation.sql)
          .then(resolve, reject)
          .then(() => generation.open.delete(reject))
      })
    },
    close(seconds) {
      closed = true
      return current.sql.end({ timeout: seconds })
    },
  }
}
