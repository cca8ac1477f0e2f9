import type postgres from 'postgres'
import { runGuarded, type Work } from './guarded-transaction.ts'
import { lazyQuery } from './lazy-query.ts'
import { isPureRead } from './loss-policy.ts'
import type { Patience } from './patience.ts'

/**
 * What the query builder takes for a client of the driver: each question goes to the client of the moment, with patience. What was never heard is asked
 * again, and so is a read that got no answer; a transaction is begun again until it has begun.
 */
export const patientClient = (current: () => postgres.Sql, patience: Patience): postgres.Sql => {
  const unsafe = (...question: [string, ...unknown[]]) =>
    lazyQuery((ask) => patience.ask(ask, (loss) => loss === 'unheard' || isPureRead(question[0])), current, question)

  const begin = (work: Work) => {
    let hasBegun = false
    const attempt = () =>
      runGuarded(
        (guarded) => current().begin(guarded),
        (transaction) => {
          hasBegun = true
          return work(transaction)
        },
      )
    return patience.ask(attempt, () => !hasBegun)
  }

  // All that the builder asks of a client; the parsers that it would set are those of the clients that are asked.
  return { unsafe, begin, options: { parsers: {}, serializers: {} } } as unknown as postgres.Sql
}
