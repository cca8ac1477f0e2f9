import { setTimeout as sleep } from 'node:timers/promises'
import { isOutage } from './database-outage.ts'

const AGAIN_MS = 100

/** Only what may be asked twice belongs here: an answer may be lost after the question was heard. */
type Questions<Repository> = { [Name in keyof Repository]: (...args: never[]) => Promise<unknown> }

/**
 * The same repository, for work that must not fail because the database is away for a while: each of its methods is called again until it
 * is answered. When `signal` aborts, what is not answered yet fails.
 */
export const outlastOutages = <Repository extends Questions<Repository>>(
  repository: Repository,
  signal: AbortSignal,
): Repository => {
  const askAgain = async (ask: () => Promise<unknown>): Promise<unknown> => {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!isOutage(error) || signal.aborted) throw error
        await sleep(AGAIN_MS, undefined, { signal })
      }
    }
  }
  const outlasting = ([name, ask]: [string, (...args: never[]) => Promise<unknown>]) => [
    name,
    (...args: never[]) => askAgain(() => ask.apply(repository, args)),
  ]
  const methods = Object.entries(repository) as [string, (...args: never[]) => Promise<unknown>][]
  return Object.fromEntries(methods.map(outlasting)) as Repository
}
