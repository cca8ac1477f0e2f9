import type { Logger } from '#shared/logging/logger.ts'
import type { RenewingClient } from '#shared/postgres/renewing-client.ts'
import { claimRowByKey, claimRows, failRun, type LoadedRun, loadRuns, returnUnknownRuns } from './claim-runs.ts'
import type { JournalGapError } from './errors.ts'
import type { JournalMetrics } from './journal-metrics.ts'
import type { RunRow } from './run-rows.ts'
import type { WorkerIdentity } from './worker-registration.ts'

/** As a safety net, runs that are ours by their row alone are looked for this often. */
const RECONCILE_MS = 30_000

export interface RunClaims {
  claim(kinds: readonly string[], limit: number): Promise<LoadedRun[]>
  claimByKey(key: string): Promise<LoadedRun | undefined>
}

/**
 * The claims of this process, one at a time: so that, when the answer to one was lost, those runs can be told from the ones of another
 * claim under way.
 *
 * @param take gives a run its writer, before the next claim begins. Returns false when it has one: the server forgot an earlier claim.
 */
export const createRunClaims = (options: {
  client: RenewingClient
  worker: WorkerIdentity
  metrics: JournalMetrics
  logger: Logger
  isKnown(runId: string): boolean
  take(run: LoadedRun): boolean
}): RunClaims => {
  const { client, worker, metrics, logger } = options
  let last: Promise<unknown> = Promise.resolve()
  let unsure = false
  let reconciledAt = performance.now()

  const onGap = async (row: RunRow, error: JournalGapError) => {
    metrics.gaps.add()
    logger.error({ runId: row.id, err: error }, 'run failed because its journal has a gap')
    const failure = `${error.code}: ${error.message}`
    await client.ask((sql) => failRun(sql, worker, { id: row.id, failure }))
  }

  const reconcile = async () => {
    if (!unsure && performance.now() - reconciledAt < RECONCILE_MS) return
    const returned = await client.ask((sql) => returnUnknownRuns(sql, worker, options.isKnown))
    if (returned > 0) logger.warn({ returned }, 'gave back runs whose claim got no answer')
    unsure = false
    reconciledAt = performance.now()
  }

  const inTurn = (claim: () => Promise<RunRow[]>): Promise<LoadedRun[]> => {
    const turn = last.then(async () => {
      try {
        await reconcile()
        const rows = await claim()
        const loaded = await client.ask((sql) => loadRuns(sql, rows, onGap))
        metrics.runsClaimed.add(loaded.length)
        return loaded.filter(options.take)
      } catch (error) {
        unsure = true
        throw error
      }
    })
    last = turn.catch(() => undefined)
    return turn
  }

  return {
    claim: (kinds, limit) => inTurn(() => client.ask((sql) => claimRows(sql, worker, { kinds, limit }))),
    async claimByKey(key) {
      const [run] = await inTurn(async () => {
        const row = await client.ask((sql) => claimRowByKey(sql, worker, key))
        return row ? [row] : []
      })
      return run
    },
  }
}
