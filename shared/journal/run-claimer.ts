import type { Logger } from '#shared/logging/logger.ts'
import { isDatabaseAway } from '#shared/postgres/expected-failure.ts'
import { FencedError } from './errors.ts'
import type { ClaimedRun, Journal } from './journal.ts'
import { createWakeUp } from './wake-up.ts'

/** After so many attempts in a row that failed or killed their worker, a run is not executed again. */
export const ATTEMPTS_MAX = 5
const CLAIM_BATCH_MAX = 32
const RETRY_MS_FIRST = 500
const RETRY_MS_MAX = 60_000

export interface RunClaimerOptions {
  journal: Journal
  kinds: readonly string[]
  /**
   * Executes a run to its end, a park or a release. Should reject soon after the signal aborts; a run that is still open then is released, or ended
   * when it was cancelled.
   * A rejection for another reason counts as a failed attempt: the run is released and tried again later.
   */
  execute(claimed: ClaimedRun, signal: AbortSignal): Promise<void>
  /** Runs executed at once; of a function it is asked before each claim, and a nudge tells that it allows more than before. */
  concurrencyMax: number | (() => number)
  /** Claimable runs are looked for this often, and at once after a nudge. */
  pollMs: number
  logger: Logger
  draining: AbortSignal
  /**
   * A run that was to be cancelled before it was claimed is not executed, and one whose execution left it open is ended as cancelled. May append
   * last events and finish it; otherwise it is finished as cancelled.
   */
  onCancelled?(claimed: ClaimedRun): void | Promise<void>
  /** A run is given up after ATTEMPTS_MAX attempts. May append last events and finish it; otherwise it is finished as failed. */
  onGivenUp?(claimed: ClaimedRun): void | Promise<void>
}

export interface RunClaimer {
  /** Look for claimable runs now. */
  nudge(): void
  /** Stops claiming, aborts what runs and resolves once all of it was given up. */
  stop(): Promise<void>
}

/** Claims runs and executes them until the process drains. */
export const startRunClaimer = (options: RunClaimerOptions): RunClaimer => {
  const { journal, logger } = options
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, options.draining, journal.fenced])
  const running = new Set<Promise<void>>()
  const wakeUp = createWakeUp()

  const claim = async (limit: number): Promise<ClaimedRun[]> => {
    try {
      return await journal.claim(options.kinds, limit)
    } catch (error) {
      logger.warn({ err: error, kinds: options.kinds }, 'could not claim runs')
      return []
    }
  }

  const runsMax = () => (typeof options.concurrencyMax === 'number' ? options.concurrencyMax : options.concurrencyMax())

  const begin = (claimed: ClaimedRun) => {
    const execution = executeClaimed(options, claimed, signal).finally(() => {
      running.delete(execution)
      if (typeof options.concurrencyMax === 'function' || running.size === options.concurrencyMax - 1) wakeUp.ring()
    })
    running.add(execution)
  }

  const loop = async () => {
    while (!signal.aborted) {
      const limit = Math.min(runsMax() - running.size, CLAIM_BATCH_MAX)
      const claimed = limit > 0 ? await claim(limit) : []
      for (const run of claimed) begin(run)
      // A full batch means that more may be there; a full house waits for a run to end.
      if (limit > 0 && claimed.length === limit) continue
      await wakeUp.wait(signal, limit > 0 ? options.pollMs : undefined)
    }
    await Promise.allSettled(running)
  }

  const ended = loop()
  return {
    nudge: () => wakeUp.ring(),
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

/** Never rejects: whatever happens, the run ends up given up in one of its ways. */
const executeClaimed = async (options: RunClaimerOptions, claimed: ClaimedRun, signal: AbortSignal): Promise<void> => {
  const { logger } = options
  const { writer, header } = claimed
  try {
    if (writer.cancelled.aborted) return await cancel(options, claimed)
    if (header.attempts >= ATTEMPTS_MAX) return await giveUp(options, claimed)
    const failed = await attempt(options, claimed, signal)
    if (!writer.open) return
    if (writer.cancelled.aborted) return await cancel(options, claimed)
    await writer.release(failed ? { retryAt: retryAt(header.attempts) } : {})
  } catch (error) {
    if (!(error instanceof FencedError)) logger.error({ runId: header.id, err: error }, 'could not give up a run')
  }
}

/** Returns true when the run itself is to blame for not having come to an end. */
const attempt = async (options: RunClaimerOptions, claimed: ClaimedRun, signal: AbortSignal): Promise<boolean> => {
  const { logger } = options
  const { header, writer } = claimed
  try {
    await options.execute(claimed, AbortSignal.any([signal, writer.cancelled]))
    if (writer.cancelled.aborted) return false
    if (writer.open && !signal.aborted) logger.error({ runId: header.id, kind: header.kind }, 'run was left open')
    return !signal.aborted
  } catch (error) {
    if (error instanceof FencedError || signal.aborted || writer.cancelled.aborted) return false
    if (isDatabaseAway(error)) {
      // However often that happens, the run is not to blame.
      logger.warn({ runId: header.id, kind: header.kind, err: error }, 'run goes on when the database is back')
      return false
    }
    logger.error({ runId: header.id, kind: header.kind, attempts: header.attempts + 1, err: error }, 'run failed')
    return true
  }
}

const cancel = async (options: RunClaimerOptions, claimed: ClaimedRun): Promise<void> => {
  const { header, writer } = claimed
  try {
    await options.onCancelled?.(claimed)
  } catch (error) {
    if (isDatabaseAway(error)) return writer.release()
    options.logger.error({ runId: header.id, err: error }, 'last words of a cancelled run failed')
  }
  if (writer.open) await writer.finish('cancelled')
}

const giveUp = async (options: RunClaimerOptions, claimed: ClaimedRun): Promise<void> => {
  const { header, writer } = claimed
  options.logger.error({ runId: header.id, kind: header.kind, attempts: header.attempts }, 'run given up')
  try {
    await options.onGivenUp?.(claimed)
  } catch (error) {
    // Whoever claims it next says them.
    if (isDatabaseAway(error)) return writer.release()
    options.logger.error({ runId: header.id, err: error }, 'last words of a run failed')
  }
  if (writer.open) await writer.finish('failed')
}

const retryAt = (attempts: number): Date =>
  new Date(Date.now() + Math.min(RETRY_MS_FIRST * 2 ** attempts, RETRY_MS_MAX))
