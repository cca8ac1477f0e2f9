/** What a pool's plan says of its place among the others. */
export interface OrderedPlan {
  name: string
  /** Pools that this one comes after; it goes before them when everything stops. */
  after?: readonly string[]
}

/** How far a pool is. */
export interface PoolStanding extends OrderedPlan {
  /** Since when its workers may start their services, in milliseconds since 1970; undefined while it waits. */
  begunMs: number | undefined
  /** A worker of it takes requests. */
  ready: boolean
  /** It is not going to be ready by waiting: its workers failed for good, or die again and again. */
  failed: boolean
}

/** A pool whose turn it is, with those before it for which it has waited in vain. */
export interface Turn {
  name: string
  without: { name: string; why: 'failed' | 'late' }[]
}

/** A pool that did not get ready within this time does not hold up others any longer: a half of the system is better than none. */
export const PREDECESSOR_MS_MAX = 60_000

const ARROW = ' -> '

/** What is wrong with the order of pools, one line each: pools that do not exist, a pool after itself, an order that goes round. Pure. */
export const orderProblems = (pools: readonly OrderedPlan[]): string[] => {
  const names = pools.map(({ name }) => name)
  const problems = pools.flatMap(({ name, after = [] }) =>
    after.flatMap((other) => {
      if (other === name) return [`pools.${name}.after: a pool cannot come after itself`]
      if (names.includes(other)) return []
      return [`pools.${name}.after: there is no pool ${other}; there are ${names.join(', ')}`]
    }),
  )
  if (problems.length > 0) return problems
  const cycle = findCycle(pools)
  return cycle ? [`pools: each of these comes after the next, so none could start: ${cycle.join(ARROW)}`] : []
}

/** Pools that come after each other, beginning and ending with the same one; undefined when the order leads somewhere. Pure. */
export const findCycle = (pools: readonly OrderedPlan[]): string[] | undefined => {
  const successors = new Map(pools.map(({ name, after = [] }) => [name, after]))
  const harmless = new Set<string>()
  const walk = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (harmless.has(name)) return undefined
    for (const next of successors.get(name) ?? []) {
      const cycle = walk(next, [...path, name])
      if (cycle) return cycle
    }
    harmless.add(name)
    return undefined
  }
  for (const { name } of pools) {
    const cycle = walk(name, [])
    if (cycle) return cycle
  }
  return undefined
}

/**
 * Whose turn it is to begin now: all whose predecessors are ready, have failed, or have had PREDECESSOR_MS_MAX. `lookAgainMs` is when the next one
 * may have waited long enough, in milliseconds from now. Predecessors that do not exist hold up nobody. Pure.
 */
export const takeTurns = (
  pools: readonly PoolStanding[],
  nowMs: number,
): { turns: Turn[]; lookAgainMs: number | undefined } => {
  const standings = new Map(pools.map((pool) => [pool.name, pool]))
  const turns: Turn[] = []
  const pausesMs: number[] = []
  for (const { name, after = [], begunMs } of pools) {
    if (begunMs !== undefined) continue
    const before = after.flatMap((other) => standings.get(other) ?? []).filter(({ ready }) => !ready)
    const awaited = before.filter((other) => !other.failed && leftMs(other, nowMs) > 0)
    if (awaited.length > 0) pausesMs.push(...awaited.map((other) => leftMs(other, nowMs)))
    else
      turns.push({
        name,
        without: before.map((other) => ({ name: other.name, why: other.failed ? 'failed' : 'late' })),
      })
  }
  const soonest = Math.min(...pausesMs)
  return { turns, lookAgainMs: Number.isFinite(soonest) ? soonest : undefined }
}

/** For each pool, which pools are gone before it drains: those that come after it. Nobody waits when the order goes round. Pure. */
export const stopOrder = (pools: readonly OrderedPlan[]): Map<string, string[]> => {
  const goesRound = findCycle(pools) !== undefined
  return new Map(
    pools.map(({ name }) => [
      name,
      goesRound ? [] : pools.filter(({ after = [] }) => after.includes(name)).map((other) => other.name),
    ]),
  )
}

/** Until others wait for a pool no longer; for ever as long as it waits itself. */
const leftMs = ({ begunMs }: PoolStanding, nowMs: number): number =>
  begunMs === undefined ? Number.POSITIVE_INFINITY : begunMs + PREDECESSOR_MS_MAX - nowMs
