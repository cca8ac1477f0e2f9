import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionLostError } from './connection-lost-error.ts'
import { judgeLoss, type Loss } from './loss-policy.ts'

/**
 * Questions wait this long for a database that is away before they are refused. PostgreSQL that was killed is back after a second or two. Less than
 * anyone waits who asks us: the audit log, the gateway.
 */
export const OUTAGE_WAIT_MS_MAX = 8_000
const PROBE_PAUSE_MS = 50
/** A probe without an answer for this long is given up. */
const PROBE_MS_MAX = 2_000

export interface Patience {
  /**
   * Makes attempts until one is answered: during an outage it waits for its end, for OUTAGE_WAIT_MS_MAX counted from when the database was
   * missed first, so that nobody waits for one that is long away. Rejects with ConnectionLostError, or with what the database answered.
   * @param mayRepeat whether another attempt may be made after this loss
   */
  ask<Value>(attempt: () => PromiseLike<Value>, mayRepeat: (loss: Loss) => boolean): Promise<Value>
  /** Those who wait are refused at once, and so is everybody later. */
  close(): void
}

interface Outage {
  untilMs: number
  cause: unknown
  over: Promise<void>
}

/**
 * Patience with one database. While it is away only one question is put to it, again and again, whoever else waits.
 * @param options.probe asks the database something that changes nothing. It gets what was asked before out of its way when it is `late`
 */
export const createPatience = (options: {
  probe(): PromiseLike<unknown>
  late?(): void
  waitMsMax?: number
}): Patience => {
  const waitMsMax = options.waitMsMax ?? OUTAGE_WAIT_MS_MAX
  const closing = new AbortController()
  let outage: Outage | undefined

  const isBack = async (): Promise<boolean> => {
    const late = Symbol('late')
    const timer = Promise.withResolvers<typeof late>()
    const timeout = setTimeout(() => timer.resolve(late), PROBE_MS_MAX)
    try {
      const answer = await Promise.race([options.probe(), timer.promise])
      if (answer === late) options.late?.()
      return answer !== late
    } catch (error) {
      return judgeLoss(error) === undefined // a refusal is an answer as well
    } finally {
      clearTimeout(timeout)
    }
  }

  const watch = async (): Promise<void> => {
    while (!closing.signal.aborted && !(await isBack())) await sleep(PROBE_PAUSE_MS, undefined, { ref: false })
    outage = undefined
  }

  const begin = (cause: unknown): Outage => {
    outage ??= { untilMs: performance.now() + waitMsMax, cause, over: watch() }
    return outage
  }

  const waitFor = async ({ untilMs, cause, over }: Outage): Promise<void> => {
    const leftMs = untilMs - performance.now()
    if (leftMs <= 0 || closing.signal.aborted) throw new ConnectionLostError(cause)
    const waited = new AbortController()
    const signal = AbortSignal.any([waited.signal, closing.signal])
    const tooLong = sleep(leftMs, undefined, { signal }).then(
      () => true,
      () => closing.signal.aborted,
    )
    const isTooLong = await Promise.race([over.then(() => false), tooLong])
    waited.abort()
    if (isTooLong) throw new ConnectionLostError(cause)
  }

  /** Undefined when another attempt is to be made. */
  const attemptOnce = async <Value>(
    attempt: () => PromiseLike<Value>,
    mayRepeat: (loss: Loss) => boolean,
  ): Promise<{ value: Value } | undefined> => {
    if (outage) await waitFor(outage)
    try {
      return { value: await attempt() }
    } catch (error) {
      const loss = judgeLoss(error)
      if (!loss) throw error
      const current = begin(error)
      if (!mayRepeat(loss)) throw new ConnectionLostError(error)
      await waitFor(current)
      return undefined
    }
  }

  return {
    async ask(attempt, mayRepeat) {
      const givenUpMs = performance.now() + waitMsMax
      for (;;) {
        const answer = await attemptOnce(attempt, mayRepeat)
        if (answer) return answer.value
        if (performance.now() > givenUpMs) throw new ConnectionLostError()
      }
    },
    close: () => closing.abort(),
  }
}
