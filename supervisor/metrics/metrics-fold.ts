import { isAlive, type ProcessIdentity } from '#shared/lifecycle/process-identity.ts'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import type { MetricsFold as Retiring } from '../pool/supervision.ts'
import { mergeMetrics, withoutGauges } from './merge-metrics.ts'
import { type CountingProcess, readTotals, writeTotals } from './totals-file.ts'

/** Sums over all processes there are and were, none of which ever decreases. */
export interface MetricsFold extends Retiring {
  /** Goes on from the totals in a file, and keeps them there from now on. Call it before the first `total`. */
  openAt(path: string): Promise<void>
  /**
   * The sum of the living and of everything that ended. Written to the file before it is given out, so that what somebody has seen is never
   * taken back, not even by a kill -9 of the whole tree.
   */
  total(living: readonly CountingProcess[]): Promise<MetricsSnapshot>
}

const NOTHING: MetricsSnapshot = { families: [] }

export const createMetricsFold = (): MetricsFold => {
  let retired = NOTHING
  /** What outlived the supervisor before this one counts by its last known numbers, until it says new ones or is gone. */
  const inherited = new Map<string, CountingProcess>()
  let path: string | undefined
  let writing: Promise<unknown> = Promise.resolve()

  const bury = (snapshot: MetricsSnapshot) => {
    retired = mergeMetrics([retired, withoutGauges(snapshot)])
  }

  /** The living and the inherited, each process once. */
  const everyone = (living: readonly CountingProcess[]): CountingProcess[] => {
    const speaking = living.filter(({ snapshot }) => snapshot.families.length > 0)
    for (const { process } of speaking) inherited.delete(keyOf(process))
    return [...speaking, ...inherited.values()]
  }

  return {
    retire(process, snapshot) {
      const known = inherited.get(keyOf(process))
      inherited.delete(keyOf(process))
      bury(snapshot.families.length > 0 ? snapshot : (known?.snapshot ?? NOTHING))
    },
    async openAt(file) {
      path = file
      const totals = await readTotals(file)
      bury(totals.retired)
      for (const entry of totals.living) {
        if (isAlive(entry.process)) inherited.set(keyOf(entry.process), entry)
        else bury(entry.snapshot)
      }
    },
    async total(living) {
      const counting = everyone(living)
      const sum = mergeMetrics([retired, ...counting.map(({ snapshot }) => snapshot)])
      const file = path
      if (file) {
        const totals = {
          retired,
          living: counting.map(({ process, snapshot }) => ({ process, snapshot: withoutGauges(snapshot) })),
        }
        // One after the other: an older sum must not overwrite a newer one.
        writing = writing.then(() => writeTotals(file, totals))
        await writing
      }
      return sum
    },
  }
}

const keyOf = ({ pid, startTime }: ProcessIdentity): string => `${pid}@${startTime}`
