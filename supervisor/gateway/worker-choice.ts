/** What the choice looks at. */
export interface Candidate {
  /** Requests that were sent and have no complete response yet, event streams not counted. */
  requests: number
  /** Open event streams: mostly waiting, so that many of them cost as much as few requests. */
  streams: number
  /** Unix milliseconds. */
  startedAtMs: number
}

/** A worker that has just started has cold code; its share grows to the full one over this time. */
const SLOW_START_MS = 5_000
const SLOW_START_WEIGHT_MIN = 0.1
/** Load of an open event stream, as a part of a request's. */
const STREAM_LOAD = 0.1

/**
 * Power of two choices: of two random candidates, the less loaded one. It avoids both the herd of "always the least busy one" and the
 * blindness of "any one". `random` gives numbers in [0, 1).
 */
export const chooseWorker = <Worker extends Candidate>(
  candidates: readonly Worker[],
  nowMs: number,
  random: () => number = Math.random,
): Worker | undefined => {
  if (candidates.length < 2) return candidates[0]
  const first = Math.floor(random() * candidates.length)
  const step = 1 + Math.floor(random() * (candidates.length - 1))
  const one = candidates[first]
  const two = candidates[(first + step) % candidates.length]
  if (!one || !two) return one ?? two
  return loadOf(two, nowMs) < loadOf(one, nowMs) ? two : one
}

const loadOf = (worker: Candidate, nowMs: number): number => {
  const age = Math.max(0, nowMs - worker.startedAtMs)
  const weight = age >= SLOW_START_MS ? 1 : Math.max(SLOW_START_WEIGHT_MIN, age / SLOW_START_MS)
  return (worker.requests + worker.streams * STREAM_LOAD + 1) / weight
}
