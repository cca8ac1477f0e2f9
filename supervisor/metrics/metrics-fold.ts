import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import type { MetricsFold as Retiring } from '../pool/supervision.ts'
import { mergeMetrics, withoutGauges } from './merge-metrics.ts'
import { readTotals, writeTotals } from './totals-file.ts'

/** Sums over all processes there are and were, none of which ever decreases. */
export interface MetricsFold extends Retiring {
  /** Goes on from the totals in a file, and keeps them there from now on. Call it before the first `total`. */
  openAt(path: string): Promise<void>
  /**
   * The sum of the living and of everything that ended. Written to the file before it is given out, so that what somebody has seen is never
   * taken back, not even by a kill -9 of the whole tree.
   */
  total(living: readonly MetricsSnapshot[]): Promise<MetricsSnapshot>
}

const NOTHING: MetricsSnapshot = { families: [] }

export const createMetricsFold = (): MetricsFold => {
  let retired = NOTHING
  let path: string | undefined
  let writing: Promise<unknown> = Promise.resolve()

  return {
    retire(snapshot) {
      retired = mergeMetrics([retired, withoutGauges(snapshot)])
    },
    async openAt(file) {
      path = file
      retired = mergeMetrics([await readTotals(file), retired])
    },
    async total(living) {
      const sum = mergeMetrics([retired, ...living])
      const file = path
      if (file) {
        // One after the other: an older sum must not overwrite a newer one.
        writing = writing.then(() => writeTotals(file, withoutGauges(sum)))
        await writing
      }
      return sum
    },
  }
}
