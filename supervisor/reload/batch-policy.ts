/** One worker to be replaced. */
export interface Place {
  pool: string
  slot: number
}

/** `rolling`: one worker of each pool at a time. `blue-green`: a full second set beside the first one. */
export type Strategy = 'rolling' | 'blue-green'

/**
 * Which workers are replaced together, in order. The first batch has one worker of every pool: what is wrong with a release shows there, while
 * everybody else is still what they were. Pure.
 */
export const planBatches = (pools: readonly { pool: string; size: number }[], strategy: Strategy): Place[][] => {
  const places = pools.flatMap(({ pool, size }) => Array.from({ length: size }, (_, slot) => ({ pool, slot })))
  if (strategy === 'blue-green') return places.length > 0 ? [places] : []
  const slots = Array.from({ length: Math.max(0, ...pools.map(({ size }) => size)) }, (_, slot) => slot)
  return slots.map((slot) => places.filter((place) => place.slot === slot))
}
