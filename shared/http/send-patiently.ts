import { setTimeout as sleep } from 'node:timers/promises'
import { askPatiently } from './ask-patiently.ts'
import { isDatabaseAwayAnswer } from './database-away-header.ts'

/** The gateway's word for a service without a worker. */
const NO_WORKER_STATUS = 503
/** Between two questions while the database is away. */
const OUTAGE_PAUSE_MS = 250

/** Carries the answer of a gateway that had nobody to ask. */
class NoWorkerError extends Error {
  readonly response: Response

  constructor(response: Response) {
    super('The service has no worker.')
    this.response = response
  }
}

/**
 * Sends a request to another service until that has answered it: through a restart of the service for some seconds, through an outage of the database for as long
 * as that lasts, since whoever sends could do nothing with a refusal but fail. Only for what may be sent twice: questions that change
 * nothing, and requests with an idempotency key.
 *
 * @param send rejects when nobody could be reached
 * @param signal ends it with its reason
 * @returns the service's answer, or the gateway's when there is no worker for too long
 */
export const sendPatiently = (send: () => Promise<Response>, signal: AbortSignal): Promise<Response> =>
  sendThroughOutages(
    () =>
      askPatiently(async () => {
        const answer = await send()
        if (answer.status === NO_WORKER_STATUS && !isDatabaseAwayAnswer(answer)) throw new NoWorkerError(answer)
        return answer
      }, signal).catch((error: unknown) => {
        if (error instanceof NoWorkerError) return error.response
        throw error
      }),
    signal,
  )

/** The part of it that waits for the database. */
export const sendThroughOutages = async (send: () => Promise<Response>, signal: AbortSignal): Promise<Response> => {
  for (;;) {
    const response = await send()
    if (!isDatabaseAwayAnswer(response)) return response
    await response.body?.cancel()
    await sleep(OUTAGE_PAUSE_MS, undefined, { signal })
  }
}
