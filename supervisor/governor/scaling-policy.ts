/**
 * How many workers a pool should have between its bounds. Pure: the caller measures, keeps the state and brings the time.
 *
 * It grows after a second of pressure, since a worker is there within a fraction of a second and a request that waits is felt at once. It shrinks
 * after a minute of ease, since an idle worker costs memory alone and load comes back. It grows in proportion to the outstanding requests, but to
 * twice its size at most: a wave is met in a few steps, and one mistaken measurement cannot fill the machine. It shrinks by one, since what it
 * learns from the remaining workers after each step is worth more than the memory of the next one.
 */
export interface ScalingFacts {
  /** Bounds of the configuration. */
  min: number
  max: number
  /** An operator asked for this many: not fewer until the configuration is read again. */
  floor: number | undefined
  /** Slots now, and how many of them have a ready worker. */
  size: number
  ready: number
  isCrashLooping: boolean
  /** Requests that are being answered by all its workers, event streams aside. */
  outstanding: number
  /** Requests that wait in gateways for a worker of this pool. */
  waiting: number
  /** The worst of its workers. */
  loopDelayMs: number
  /** Cores that all its workers together take. */
  cores: number
  /** Cores of the machine. */
  coresMax: number
  /** There is room for one more worker and the reserve. */
  hasMemory: boolean
}

export interface ScalingState {
  pressedSinceMs?: number
  easedSinceMs?: number
  changedAtMs?: number
}

export interface ScalingDecision {
  state: ScalingState
  size: number
  /** Why it changes, for the log. Undefined when it does not. */
  reason?: string
  /** It would grow if there were memory for it. */
  isHeldBack?: boolean
}

export const PRESSURE_MS = 1_000
export const EASE_MS = 60_000
/** After a change: what the new workers take over has to show before the next one is added. */
export const GROW_COOLDOWN_MS = 3_000
/** Requests that one worker answers side by side without being felt; twice as many are pressure. */
const OUTSTANDING_GOAL = 8
const OUTSTANDING_PRESSURE = 2 * OUTSTANDING_GOAL
const LOOP_DELAY_PRESSURE_MS = 100
/** Of one core, on which a worker's JavaScript runs. */
const CPU_PRESSURE_SHARE = 0.8
/** The remaining workers must be this far from pressure, or the pool would grow again at once. */
const EASE_SHARE = 0.5

export const decideScale = (state: ScalingState, facts: ScalingFacts, nowMs: number): ScalingDecision => {
  const lowest = Math.min(Math.max(facts.min, facts.floor ?? 0), facts.max)
  const bounded = Math.min(Math.max(facts.size, lowest), facts.max)
  if (bounded !== facts.size) return { state: { changedAtMs: nowMs }, size: bounded, reason: 'its bounds changed' }

  const pressure = pressureOf(facts)
  const { pressedSinceMs, easedSinceMs, ...rest } = state
  const next: ScalingState = {
    ...rest,
    ...(pressure ? { pressedSinceMs: pressedSinceMs ?? nowMs } : {}),
    ...(!pressure && isAtEase(facts) ? { easedSinceMs: easedSinceMs ?? nowMs } : {}),
  }
  if (pressure && mayGrow(next, facts, nowMs)) {
    if (!facts.hasMemory) return { state: next, size: facts.size, isHeldBack: true }
    return { state: { changedAtMs: nowMs }, size: grown(facts), reason: pressure }
  }
  if (facts.size > lowest && mayShrink(next, nowMs)) {
    return { state: { changedAtMs: nowMs }, size: facts.size - 1, reason: `${EASE_MS / 1_000} s of ease` }
  }
  return { state: next, size: facts.size }
}

/** The first thing that presses; undefined when nothing does. */
const pressureOf = (facts: ScalingFacts): string | undefined => {
  const workers = Math.max(facts.ready, 1)
  if (facts.waiting > 0 && facts.ready > 0) return `${facts.waiting} requests wait for a worker`
  if (facts.outstanding / workers > OUTSTANDING_PRESSURE) return `${facts.outstanding} requests for ${workers} workers`
  // More processes than cores make each of them slower.
  if (facts.size >= facts.coresMax) return undefined
  if (facts.cores / workers > CPU_PRESSURE_SHARE) return 'its workers have no CPU time left'
  if (facts.loopDelayMs > LOOP_DELAY_PRESSURE_MS) return `an event loop is ${Math.round(facts.loopDelayMs)} ms late`
  return undefined
}

/** One worker fewer would still be far from pressure. */
const isAtEase = ({ size, waiting, outstanding, cores, loopDelayMs }: ScalingFacts): boolean => {
  const workers = Math.max(size - 1, 1)
  return (
    waiting === 0 &&
    outstanding / workers < OUTSTANDING_PRESSURE * EASE_SHARE &&
    cores / workers < CPU_PRESSURE_SHARE * EASE_SHARE &&
    loopDelayMs < LOOP_DELAY_PRESSURE_MS * EASE_SHARE
  )
}

/** Those that were added last must be there before it is known that they do not suffice. In a crash loop more workers are more deaths. */
const mayGrow = ({ pressedSinceMs, changedAtMs }: ScalingState, facts: ScalingFacts, nowMs: number): boolean =>
  facts.size < facts.max &&
  facts.ready === facts.size &&
  !facts.isCrashLooping &&
  nowMs - (pressedSinceMs ?? nowMs) >= PRESSURE_MS &&
  nowMs - (changedAtMs ?? Number.NEGATIVE_INFINITY) >= GROW_COOLDOWN_MS

const mayShrink = ({ easedSinceMs, changedAtMs }: ScalingState, nowMs: number): boolean =>
  nowMs - (easedSinceMs ?? nowMs) >= EASE_MS && nowMs - (changedAtMs ?? Number.NEGATIVE_INFINITY) >= EASE_MS

const grown = ({ size, max, outstanding, waiting }: ScalingFacts): number => {
  const wanted = Math.ceil((outstanding + waiting) / OUTSTANDING_GOAL)
  return Math.min(Math.max(size + 1, Math.min(wanted, size * 2)), max)
}
