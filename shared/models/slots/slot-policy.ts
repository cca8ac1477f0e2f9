/** What one process has, or wants, of a limited number of places. */
export interface Share {
  leased: number
  waiting: number
}

/**
 * How many places to ask for. A process that has more than its fair part gives places back while others wait; one that has less takes what it
 * needs and what is free. Without others that wait everything may be kept. Pure.
 */
export const placesWanted = (own: Share & { used: number }, others: readonly Share[], limit: number): number => {
  const needed = own.used + own.waiting
  if (!others.some(({ waiting }) => waiting > 0)) return needed
  const contenders = others.filter(({ leased, waiting }) => leased > 0 || waiting > 0).length
  const fair = Math.floor(limit / (contenders + 1))
  return own.leased > fair ? Math.max(own.used, Math.min(needed, fair)) : needed
}

/** True when a place that became free may go to the next call of this process; otherwise others get it. */
export const mayPassOn = (own: Share & { used: number }, others: readonly Share[], limit: number): boolean =>
  own.used < Math.min(own.leased, placesWanted(own, others, limit))
