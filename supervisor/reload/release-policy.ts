import { familyOf, type MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'

/** Requests that a worker has answered since it started, and those among them that it answered with a 5xx status. */
export interface Traffic {
  requests: number
  errors: number
}

const REQUESTS_FAMILY = 'orrery_requests_total'
/** One error may be anything. */
const ERRORS_MIN = 3
/** So much more often than its predecessor, as a part of all answers, must a worker fail to be worse. */
const WORSE_BY = 0.1
const WORSE_TIMES = 2
const TELLING_REQUESTS_MIN = 10

/** What the snapshots of workers tell together. Pure. */
export const trafficOf = (snapshots: readonly MetricsSnapshot[]): Traffic => {
  const series = snapshots.flatMap((snapshot) => familyOf(snapshot, REQUESTS_FAMILY)?.series ?? [])
  const sum = (list: typeof series) => list.reduce((total, { value }) => total + value, 0)
  return { requests: sum(series), errors: sum(series.filter(({ labels }) => labels.status?.startsWith('5'))) }
}

/** What came between two looks. Pure. */
export const trafficSince = (before: Traffic, now: Traffic): Traffic => ({
  requests: Math.max(0, now.requests - before.requests),
  errors: Math.max(0, now.errors - before.errors),
})

/**
 * What the old workers are judged by: what they did lately, at the same time as the new ones, or their whole life when that was too little to
 * tell anything, as it is once most requests go to the new ones. Pure.
 */
export const baselineOf = (recent: Traffic, lifetime: Traffic): Traffic =>
  recent.requests >= TELLING_REQUESTS_MIN ? recent : lifetime

/** True when new workers have done enough to be judged, or nobody asks for much. Pure. */
export const isTelling = (next: Traffic, oldMeanwhile: Traffic): boolean =>
  next.requests >= TELLING_REQUESTS_MIN || oldMeanwhile.requests < TELLING_REQUESTS_MIN

/** True when new workers fail clearly more often than those they are to replace, which serve at the same time. Pure. */
export const isWorse = (next: Traffic, old: Traffic): boolean =>
  next.errors >= ERRORS_MIN && shareOf(next) > WORSE_TIMES * shareOf(old) + WORSE_BY

const shareOf = ({ requests, errors }: Traffic): number => (requests === 0 ? 0 : errors / requests)
