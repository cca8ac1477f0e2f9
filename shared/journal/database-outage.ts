import { setTimeout as sleep } from 'node:timers/promises'
import { judgeFlushFailure } from './flush-failure-policy.ts'

const RETRY_MS = 100

/** True when the same question may get an answer later: the database is away, starting or stopping. */
export const isOutage = (error: unknown): boolean => {
  const { code } = error as { code?: string }
  return code !== undefined && judgeFlushFailure(code) === 'transient'
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
