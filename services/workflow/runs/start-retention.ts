import { setTimeout as sleep } from 'node:timers/promises'
import type { Journal } from '#shared/journal/journal.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { type KeepDays, sweepsOf } from './keep-policy.ts'
import type { RunKeyRepository } from './run-key-repository.ts'

/** Between two rounds. */
const ROUND_MS = 600_000
/** After the start, so that a worker that begins serves first. */
const FIRST_ROUND_MS = 60_000
/** Between two batches, so that a sweep of millions takes a small part of the database. */
const PAUSE_MS = 100
const ROWS_PER_BATCH_MAX = 500
/** What became of the occurrences of schedules is told for so long. */
const FIRES_KEPT_MS = 30 * 86_400_000

export interface RetentionDependencies {
  journal: Journal
  runKeys: RunKeyRepository
  schedules: { removeFiresBefore(time: Date, limit: number): Promise<number> }
  keep: KeepDays
  metrics: MetricsRegistry
  logger: Logger
  draining: AbortSignal
  /** Milliseconds. */
  firstRoundMs?: number
}

/**
 * Removes finished runs that were kept long enough, keys that have expired and old history of schedules, in small batches beside the traffic. Every
 * worker does it; the journal lets one at a time. A sweep that is cut begins anew with the oldest run, where it finds what is left.
 */
export const startRetention = (dependencies: RetentionDependencies): { stop(): Promise<void> } => {
  const { journal, runKeys, schedules, keep, logger } = dependencies
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, dependencies.draining, journal.fenced])
  const removedTotal = dependencies.metrics.counter(
    'orrery_workflow_runs_removed_total',
    'Finished runs of any kind that were removed because they were kept long enough.',
  )
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false })

  const sweepRuns = async () => {
    for (const sweep of sweepsOf(keep, new Date())) {
      let afterId: string | undefined = '0'
      while (afterId !== undefined) {
        const batch: Awaited<ReturnType<Journal['sweep']>> = await journal.sweep({ ...sweep, afterId })
        removedTotal.add(batch.removed)
        afterId = batch.next
        if (afterId !== undefined) await pause(PAUSE_MS)
      }
    }
  }

  const sweepRows = async (removeSome: () => Promise<number>) => {
    while ((await removeSome()) === ROWS_PER_BATCH_MAX) await pause(PAUSE_MS)
  }

  const round = async () => {
    try {
      await sweepRuns()
      await sweepRows(() => runKeys.removeExpired(ROWS_PER_BATCH_MAX))
      const firesBefore = new Date(Date.now() - FIRES_KEPT_MS)
      await sweepRows(() => schedules.removeFiresBefore(firesBefore, ROWS_PER_BATCH_MAX))
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'finished runs could not be removed')
    }
  }

  const loop = async () => {
    for (let waitMs = dependencies.firstRoundMs ?? FIRST_ROUND_MS; !signal.aborted; waitMs = ROUND_MS) {
      await pause(waitMs).catch(() => undefined)
      if (!signal.aborted) await round()
    }
  }
  const ended = loop()
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}
