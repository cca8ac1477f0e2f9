import type { JournalOfRun } from './check-journals.ts'
import type { Kill } from './killer.ts'

/** One run that a killed worker was executing. */
export interface Continued {
  runId: string
  q: string
  /** From the kill to the next sign of the run: an event, or a request of one of its nodes. */
  afterMs: number
  /** From the kill until another worker was seen to have it, up to 40 ms late; undefined when nobody was seen. */
  claimedMs: number | undefined
  /** True when something else was killed shortly before, or before the run went on. */
  amongOthers: boolean
}

/** Kills nearer than this to a worker's death hold up the same runs. */
const NEAR_MS = 3_000

/**
 * When runs went on after the death of their worker. Pieces of texts carry no time in the journal, so the requests that models and tools got
 * count as signs too. Runs that were over at the kill, or about to be set aside for a question or a timer, are left out.
 * @param requests Unix milliseconds of the requests of each run's nodes, by its parameter
 */
export const continueTimes = (facts: {
  kills: readonly Kill[]
  journals: ReadonlyMap<string, JournalOfRun>
  requests: ReadonlyMap<string, readonly number[]>
}): Continued[] => {
  const { kills, journals, requests } = facts
  return kills.flatMap(({ at, owned, claimed }, index) =>
    owned.flatMap((runId) => {
      const journal = journals.get(runId)
      if (!journal) return []
      const { q, events } = journal
      // It had come to a question or a timer: what comes next is not up to a worker.
      if (events.findLast((event) => event.at <= at)?.type === 'node-waiting') return []
      const signs = [...events.map((event) => event.at), ...(requests.get(q) ?? [])].filter((time) => time > at)
      if (signs.length === 0) return []
      const next = Math.min(...signs)
      const amongOthers = kills.some((other, place) => place !== index && other.at > at - NEAR_MS && other.at < next)
      const claimedAt = claimed.get(runId)
      const claimedMs = claimedAt === undefined ? undefined : claimedAt - at
      return [{ runId, q, afterMs: next - at, claimedMs, amongOthers }]
    }),
  )
}

/** @param share 0.99 for p99 */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
