import { setTimeout as sleep } from 'node:timers/promises'

/** All waits together are some 3 s: what a restarting service takes. */
const ATTEMPTS_MAX = 6
const RETRY_MS_FIRST = 100

/**
 * Asks again when a question meets a restarting service. Only for questions that change nothing.
 * @param attempt rejects when the service could not be asked, not when it refused
 * @param signal ends the asking with its reason
 */
export const askPatiently = async <Answer>(attempt: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt()
    } catch (error) {
      signal.throwIfAborted()
      if (tried === ATTEMPTS_MAX) throw error
      await sleep(RETRY_MS_FIRST * 2 ** (tried - 1), undefined, { signal })
    }
  }
}
