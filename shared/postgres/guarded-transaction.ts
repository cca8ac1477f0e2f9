import type postgres from 'postgres'
import { ConnectionLostError } from './connection-lost-error.ts'
import { lazyQuery } from './lazy-query.ts'
import { judgeLoss } from './loss-policy.ts'

export type Work = (transaction: postgres.TransactionSql) => Promise<unknown>

/**
 * A transaction whose connection may be lost in its middle.
 *
 * Needed because postgres.js 3.4.9 writes what is asked of a transaction, its own `rollback` too, to the connection whether there is one or not: where it is
 * gone already, that is a TypeError in no one's promise, which ends the process. So nothing is asked on a lost connection, and the driver never
 * hears how the work of such a transaction ended: it ends the transaction by itself as the connection closes.
 */
export const runGuarded = (begin: (work: Work) => PromiseLike<unknown>, work: Work): Promise<unknown> => {
  const loss = Promise.withResolvers<never>()
  loss.promise.catch(() => undefined)
  let isLost = false

  const lose = (error: unknown) => {
    if (isLost || !judgeLoss(error)) return
    isLost = true
    loss.reject(new ConnectionLostError(error))
  }
  const ask = async (question: () => PromiseLike<unknown>): Promise<unknown> => {
    if (isLost) return loss.promise
    try {
      return await Promise.race([question(), loss.promise])
    } catch (error) {
      lose(error)
      throw error
    }
  }
  /** Settles as the work does, unless the connection was lost. */
  const workOn = (transaction: postgres.TransactionSql, inner: Work): Promise<unknown> =>
    new Promise((resolve, reject) => {
      inner(guard(transaction)).then(
        (value) => isLost || resolve(value),
        (error: unknown) => isLost || reject(error),
      )
    })
  const guard = (transaction: postgres.TransactionSql) =>
    ({
      unsafe: (...question: [string, ...unknown[]]) => lazyQuery(ask, () => transaction, question),
      savepoint: (inner: Work) => ask(() => transaction.savepoint((nested) => workOn(nested, inner))),
      options: {},
    }) as unknown as postgres.TransactionSql

  return Promise.resolve(begin((transaction) => workOn(transaction, work))).catch((error: unknown) => {
    lose(error)
    throw error
  })
}
