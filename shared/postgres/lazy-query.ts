import type postgres from 'postgres'

type Unsafe = postgres.Sql['unsafe']

/**
 * A question as the query builder asks it of the driver: it says in the same breath whether it wants rows as arrays, and only then the question is put.
 * @param put puts a question, which it may do more than once: each call of what it gets asks anew
 */
export const lazyQuery = (
  put: (ask: () => PromiseLike<unknown>) => Promise<unknown>,
  client: () => { unsafe: Unsafe },
  [text, ...rest]: [string, ...unknown[]],
) => {
  let asValues = false
  const ask = (): PromiseLike<unknown> => {
    const query = client().unsafe(text, ...(rest as [Parameters<Unsafe>[1], Parameters<Unsafe>[2]]))
    return asValues ? query.values() : query
  }
  const answer = Promise.resolve().then(() => put(ask))
  return Object.assign(answer, {
    values() {
      asValues = true
      return answer
    },
  })
}
