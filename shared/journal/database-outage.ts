import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '#shared/errors/app-error.ts'
import { judgeFlushFailure } from './flush-failure-policy.ts'

const RETRY_MS = 100

/** True when the same question may get an answer later: the database is away, starting or stopping. */
export const isOutage = (error: unknown): boolean => {
  // The codes of our own errors are none of the database's.
  if (!(error instanceof Error) || error instanceof AppError) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return judgeFlushFailure(code) === 'transient'
  // The query builder wraps what the driver said.
  return isOutage(error.cause)
}

/** Asks again while the database is away. For reads and other questions that may be repeated. Rejects with the reason when aborted. */
export const waitOutOutage = async <Value>(signal: AbortSignal, ask: () => Promise<Value>): Promise<Value> => {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await ask()
    } catch (error) {
      if (!isOutage(error)) throw error
      await sleep(RETRY_MS, undefined, { signal })
    }
  }
}
