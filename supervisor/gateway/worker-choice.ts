/** What the choice looks at. */
export interface Candidate {
  /** Requests that were sent and have no complete response yet, event streams not counted. */
  readonly requests: number
  /** Open event streams: mostly waiting, so that many of them cost as much as few requests. */
  readonly streams: number
  /** Unix milliseconds since when its share grows: its start, or the end of its last ejection. */
  readonly rampFromMs: number
  /** Its part of new requests against the others', 0 to 1. Workers of one weight share alike. */
  readonly weight: number
}

/** A worker that has just started has cold code; its share grows to the full one over this time. */
const SLOW_START_MS = 5_000
const SLOW_START_PART_MIN = 0.1
/** Load of an open event stream, as a part of a request's. */
const STREAM_LOAD = 0.1

/**
 * Power of two choices: of two random candidates, the less loaded one. It avoids both the herd of "always the least busy one" and the
 * blindness of "any one". While weights differ, as in a shift from one release to the next, first the weight is drawn, so that a release
 * with a tenth of the weight gets a tenth of the requests however busy it is; workers of weight 0 get something only when there is nobody
 * else. `random` gives numbers in [0, 1).
 */
export const chooseWorker = <Worker extends Candidate>(
  candidates: readonly Worker[],
  nowMs: number,
  random: () => number = Math.random,
): Worker | undefined => {
  if (candidates.length < 2) return candidates[0]
  const alike = ofOneWeight(candidates, random)
  if (alike.length < 2) return alike[0]
  const first = Math.floor(random() * alike.length)
  const step = 1 + Math.floor(random() * (alike.length - 1))
  const one = alike[first]
  const two = alike[(first + step) % alike.length]
  if (!one || !two) return one ?? two
  return relativeLoad(two, nowMs) < relativeLoad(one, nowMs) ? two : one
}

/** Requests and streams as one number. */
export const loadOf = ({ requests, streams }: Pick<Candidate, 'requests' | 'streams'>): number =>
  requests + streams * STREAM_LOAD

/** Which part of a full share a worker may get by its age: SLOW_START_PART_MIN to 1. */
export const slowStartPart = (rampFromMs: number, nowMs: number): number => {
  const age = nowMs - rampFromMs
  return age >= SLOW_START_MS ? 1 : Math.max(SLOW_START_PART_MIN, age / SLOW_START_MS)
}

const relativeLoad = (worker: Candidate, nowMs: number): number =>
  (loadOf(worker) + 1) / slowStartPart(worker.rampFromMs, nowMs)

const ofOneWeight = <Worker extends Candidate>(
  candidates: readonly Worker[],
  random: () => number,
): readonly Worker[] => {
  const weight = candidates[0]?.weight
  if (candidates.every((candidate) => candidate.weight === weight)) return candidates
  const total = candidates.reduce((sum, candidate) => sum + candidate.weight, 0)
  let left = random() * total
  const drawn = candidates.find((candidate) => {
    left -= candidate.weight
    return left < 0
  })
  // Rounding can leave a rest at the end of the row; it belongs to the last one that has a weight.
  const chosen = drawn ?? candidates.findLast((candidate) => candidate.weight > 0)
  return candidates.filter((candidate) => candidate.weight === chosen?.weight)
}
