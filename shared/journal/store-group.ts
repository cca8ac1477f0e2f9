import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#shared/logging/logger.ts'
import { FencedError, JournalRefusedError } from './errors.ts'
import type { FlushConnection } from './flush-connection.ts'
import { type FlushFailure, judgeFlushFailure } from './flush-failure-policy.ts'
import { dropRuns, type FlushGroup, isEmpty } from './flush-group.ts'
import type { JournalMetrics } from './journal-metrics.ts'
import type { WorkerIdentity } from './worker-registration.ts'

const RETRY_MS_FIRST = 20
const RETRY_MS_MAX = 250
/** A refusal that we do not know is tried this often before the journal gives up. */
const REFUSALS_MAX = 10
/** While the database is away, one log line per this many tries (some five seconds). */
const LOG_EVERY = 20

export interface GroupStore {
  connection: FlushConnection
  worker: WorkerIdentity
  metrics: JournalMetrics
  logger: Logger
  /** Aborts when the journal closes: an endless outage must not keep the process. */
  signal: AbortSignal
}

/**
 * Makes the function that stores groups, one after the other, each exactly once. It waits out every outage of the database. Rejects with
 * FencedError or JournalRefusedError, after which nothing more can be stored, or with the signal's reason.
 */
export const createGroupStore = (parts: GroupStore): ((group: FlushGroup) => Promise<void>) => {
  const { connection, worker, metrics, logger, signal } = parts
  /** Number of the last flush that committed, as in the worker's row. */
  let stored = 0

  const lose = (group: FlushGroup, runIds: ReadonlySet<string>) => {
    metrics.runsLost.add(runIds.size)
    logger.warn({ runIds: [...runIds] }, 'runs were taken over by another worker')
    for (const runId of runIds) group.runs.get(runId)?.lose(new FencedError(runId))
    dropLost(group)
  }

  const loseDuplicates = async (group: FlushGroup): Promise<boolean> => {
    const duplicates = await connection.findDuplicates(group).catch(() => new Set<string>())
    if (duplicates.size > 0) lose(group, duplicates)
    return duplicates.size > 0
  }

  /** Answers a failure; returns whether the flush is done. */
  const answer = async (group: FlushGroup, failure: Failure): Promise<boolean> => {
    if (failure.kind === 'stored') return true
    if (failure.kind === 'fenced') throw new FencedError()
    if (failure.kind === 'runs-lost') {
      lose(group, new Set(failure.detail.split(',')))
      return false
    }
    if (failure.kind === 'duplicate' && (await loseDuplicates(group))) return false
    if (failure.kind !== 'transient' && failure.tries >= REFUSALS_MAX) throw new JournalRefusedError(failure.error)
    if (failure.tries % LOG_EVERY === 1) {
      logger.warn({ err: failure.error, tries: failure.tries }, 'journal flush failed, it is tried again')
    }
    await sleep(Math.min(RETRY_MS_FIRST * 2 ** (failure.tries - 1), RETRY_MS_MAX), undefined, { signal })
    return false
  }

  return async (group) => {
    const startedAt = performance.now()
    dropLost(group)
    for (let tries = 1; !isEmpty(group); tries += 1) {
      signal.throwIfAborted()
      try {
        await connection.write(worker, stored + 1, group)
        break
      } catch (error) {
        metrics.flushRetries.add()
        if (await answer(group, toFailure(error, tries))) break
      }
    }
    if (isEmpty(group)) return
    stored += 1
    metrics.events.add(group.events)
    metrics.flushSeconds.observe((performance.now() - startedAt) / 1000)
  }
}

/** A run that was lost in an earlier flush must leave no later events behind: they would be a hole in its new owner's journal. */
const dropLost = (group: FlushGroup) => {
  const lost = [...group.runs.values()].filter((run) => run.lost).map((run) => run.runId)
  if (lost.length > 0) dropRuns(group, new Set(lost))
}

interface Failure {
  kind: FlushFailure
  detail: string
  error: unknown
  tries: number
}

const toFailure = (error: unknown, tries: number): Failure => {
  const { code, detail } = error as { code?: string; detail?: string }
  return { kind: judgeFlushFailure(code), detail: detail ?? '', error, tries }
}
