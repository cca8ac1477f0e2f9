/** Retries that may run at once, as a share of the active requests: more would turn a slow service into a dead one. */
const SHARE_OF_ACTIVE = 0.2
const RETRIES_MIN = 3

/** True when one more retry may start while `retrying` of `active` requests are retries already. */
export const mayRetry = (counts: { active: number; retrying: number }): boolean =>
  counts.retrying < Math.max(RETRIES_MIN, Math.floor(counts.active * SHARE_OF_ACTIVE))
