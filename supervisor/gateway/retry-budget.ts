/**
 * How many requests of one service may be sent again after an unknown outcome. A token bucket: each request that begins earns a part of a
 * retry, each retry costs a whole one. So over N requests there are at most N x (1 + EARNED) attempts and the bucket's content on top,
 * however the requests arrive; a share of the active requests alone would let a lone client that sends one after the other retry each.
 *
 * The bucket may hold as much as one crash needs: every request that was in flight at the worker's death, that is the peak of the last two
 * seconds. A quiet service keeps TOKENS_MIN, which time gives back slowly. So the burst is small where the traffic is, and the ratio is at most 1.2 from 20 x peak (and
 * 100) requests on, also when every attempt fails.
 *
 * A request that was never sent costs no worker anything and proves that it was not done; sending it elsewhere is free and bounded by the
 * time that a request may wait for a worker.
 */
export interface RetryBudget {
  tokens: number
  /** Most requests that were in flight at once, in the second that runs and in the one before. */
  peak: number
  peakBefore: number
  second: number
}

/** Less than the promised fifth, to leave room for the burst. */
const EARNED = 0.15
/** As many failures in a row as put one bad worker among good ones out of rotation: until then a quiet service's clients notice nothing. */
const TOKENS_MIN = 5
/** A quiet service gets its few retries back by and by, in tokens per second: few requests earn too little for one crash after the other. */
const REGAINED_PER_SECOND = 0.2
/** A crash with more in flight than this costs the rest of them an answer. */
const TOKENS_MAX = 512

/** A gateway that has just started can lose a worker before its requests have earned anything. */
export const createRetryBudget = (): RetryBudget => ({ tokens: TOKENS_MAX, peak: 0, peakBefore: 0, second: 0 })

/** A request is sent for the first time; `inFlight` of the service counts it. */
export const noteRequest = (budget: RetryBudget, inFlight: number, nowMs: number): void => {
  turnTo(budget, nowMs)
  if (inFlight > budget.peak) budget.peak = inFlight
  budget.tokens = Math.min(TOKENS_MAX, budget.tokens + EARNED)
}

/** Takes one retry out of the bucket; false when there is none. */
export const spendRetry = (budget: RetryBudget, nowMs: number): boolean => {
  turnTo(budget, nowMs)
  budget.tokens = Math.min(budget.tokens, Math.max(TOKENS_MIN, budget.peak, budget.peakBefore))
  if (budget.tokens < 1) return false
  budget.tokens -= 1
  return true
}

const turnTo = (budget: RetryBudget, nowMs: number): void => {
  const second = Math.floor(nowMs / 1_000)
  if (second === budget.second) return
  if (budget.tokens < TOKENS_MIN) {
    budget.tokens = Math.min(TOKENS_MIN, budget.tokens + (second - budget.second) * REGAINED_PER_SECOND)
  }
  budget.peakBefore = second === budget.second + 1 ? budget.peak : 0
  budget.peak = 0
  budget.second = second
}
