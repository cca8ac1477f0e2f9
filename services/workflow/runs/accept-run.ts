import { FencedError } from '#shared/journal/errors.ts'
import type { Journal, JournalEvent, NewRun } from '#shared/journal/journal.ts'
import { IdempotencyKeyReusedError } from './errors.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { RunKeyRepository } from './run-key-repository.ts'
import type { RunMetrics } from './run-metrics.ts'

export interface AcceptRunDependencies {
  journal: Journal
  runKeys: RunKeyRepository
  metrics: RunMetrics
  /** Tells this process that a run may be claimed. */
  nudge(): void
}

/** A run that was checked and can be queued: its row, and the first events of its journal. */
export interface PreparedRun {
  run: NewRun
  mode: string
  events: JournalEvent[]
}

/** What a key stands for: whoever sends it again must ask for the same. */
export interface KeyedRequest {
  appId: string
  key: string
  /** JSON; compared by its hash. */
  asked: unknown
}

export interface AcceptedRun {
  runId: string
  /** False when an earlier request with the same key started it. */
  isNew: boolean
}

/**
 * Queues a run for any worker; it is on disk when this resolves.
 *
 * Under a key, the key's row is written first and names the run's id. Whatever dies in between, the next request with the key finds either the
 * run, or the id under which it starts it; of several at once one inserts the run, and the others are refused by its primary key.
 *
 * @param prepare checks what was asked for; not called when the run exists
 */
export const acceptRun = async (
  dependencies: AcceptRunDependencies,
  prepare: () => Promise<PreparedRun>,
  request?: KeyedRequest,
): Promise<AcceptedRun> => {
  const { journal, runKeys } = dependencies
  if (!request) return enqueueOnce(dependencies, journal.nextRunId(), await prepare())
  const { appId, key, asked } = request
  const fingerprint = fingerprintOf(asked)
  const assertSame = (known: { fingerprint: string; runId: string }) => {
    if (known.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError(known.runId)
  }
  const known = await runKeys.find(appId, key)
  if (known) {
    assertSame(known)
    if (await journal.find(known.runId)) return { runId: known.runId, isNew: false }
  }
  const prepared = await prepare()
  const claimed = known ?? (await runKeys.claim({ appId, key, fingerprint, runId: journal.nextRunId() }))
  assertSame(claimed)
  return enqueueOnce(dependencies, claimed.runId, prepared)
}

/** Queues a run under an id that others may be queueing it under. */
export const enqueueOnce = async (
  { journal, metrics, nudge }: Omit<AcceptRunDependencies, 'runKeys'>,
  runId: string,
  prepared: PreparedRun,
): Promise<AcceptedRun> => {
  try {
    await journal.enqueue(prepared.run, prepared.events, { runId })
  } catch (error) {
    // Somebody else inserted it, unless this whole worker was taken over.
    if (!(error instanceof FencedError) || !(await journal.find(runId))) throw error
    return { runId, isNew: false }
  }
  metrics.started(prepared.mode)
  nudge()
  return { runId, isNew: true }
}
