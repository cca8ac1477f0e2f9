import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#shared/logging/logger.ts'
import { ModelError } from '../model-error.ts'
import { mayPassOn, placesWanted, type Share } from './slot-policy.ts'
import type { SlotRepository } from './slot-repository.ts'

/** A place among the calls that may run at the same time. */
export interface Slot {
  /** Once. */
  release(): void
}

export interface SlotPool {
  /**
   * Waits for a place. Throws MODEL_BUSY after `waitMsMax`, and at once when too many wait; the signal's reason when it aborts.
   * @param scope `model:<name>` or `app:<id>`; all processes share the limit of a scope
   */
  acquire(scope: string, options: { limit: number; waitMsMax: number; signal: AbortSignal }): Promise<Slot>
  close(): Promise<void>
}

export interface SlotTiming {
  /** A killed process's places are free after this time. */
  leaseMs: number
  /** So often a lease is renewed, places that no call uses are given back, and is noticed that others wait. */
  renewMs: number
  /** First pause of a process that waits for places; doubles. */
  pollMs: number
  pollMsMax: number
}

export const SLOT_TIMING: SlotTiming = { leaseMs: 5_000, renewMs: 250, pollMs: 20, pollMsMax: 160 }

/** Calls of one process that wait for one scope. */
const WAITERS_MAX = 1_000
const BUSY_RETRY_MS = 1_000
const CLOSE_MS_MAX = 1_000

interface Scope {
  name: string
  limit: number
  leased: number
  used: number
  waiters: Set<() => void>
  others: Share[]
  /** Wakes the loop that talks to the database; undefined while none runs. */
  wake: AbortController | undefined
}

/**
 * Places are leased from PostgreSQL in the row of their scope and handed out in memory: a limit holds over all processes, yet while a process has
 * places of its own it asks nobody. Dividing the limit by the number of processes would leave one that is busy with a part of it, and small limits
 * cannot be divided at all.
 */
export const createSlotPool = (dependencies: {
  slots: SlotRepository
  logger: Logger
  timing?: SlotTiming
}): SlotPool => {
  const timing = dependencies.timing ?? SLOT_TIMING
  const holder = Bun.randomUUIDv7()
  const scopes = new Map<string, Scope>()
  const loops = new Set<Promise<void>>()
  let closed = false

  const shareOf = (scope: Scope) => ({ leased: scope.leased, used: scope.used, waiting: scope.waiters.size })

  const handOut = (scope: Scope, mayTake: () => boolean) => {
    for (const take of scope.waiters) {
      if (!mayTake()) return
      scope.waiters.delete(take)
      scope.used += 1
      take()
    }
  }

  const claim = async (scope: Scope, wanted: number) => {
    const { name, limit, used, waiters } = scope
    const claimed = await dependencies.slots.claim({
      ...{ scope: name, holder, used, wanted, waiting: waiters.size, limit, leaseMs: timing.leaseMs },
    })
    scope.leased = claimed.leased
    scope.others = claimed.others
  }

  /** One word with the database. False when it did not answer, or this process gave places back. */
  const talk = async (scope: Scope): Promise<boolean> => {
    const before = scope.leased
    try {
      await claim(scope, placesWanted(shareOf(scope), scope.others, scope.limit))
    } catch (error) {
      dependencies.logger.warn({ err: error, scope: scope.name }, 'places for calls of models not leased')
      return false
    }
    handOut(scope, () => scope.used < scope.leased)
    return scope.leased >= before
  }

  const isUnused = ({ used, waiters }: Scope) => used === 0 && waiters.size === 0

  /** Waits until it is time to talk again, or until `wake`. */
  const rest = async (scope: Scope, pollMs: number, wake: AbortSignal) => {
    const waitMs = scope.waiters.size > 0 ? pollMs * (0.5 + Math.random()) : timing.renewMs
    if (!wake.aborted) await sleep(waitMs, undefined, { signal: wake, ref: false }).catch(() => undefined)
  }

  /** Talks to the database for as long as this process has or wants places of the scope. */
  const run = async (scope: Scope) => {
    let pollMs = timing.pollMs
    for (;;) {
      const wake = new AbortController()
      scope.wake = wake
      const isContent = await talk(scope)
      if (isUnused(scope) && (scope.leased === 0 || closed)) break
      // Who gave a place back asks for another one no sooner than those for whom it was.
      if (!isContent) pollMs = timing.pollMsMax
      await rest(scope, pollMs, wake.signal)
      pollMs = scope.waiters.size > 0 ? Math.min(pollMs * 2, timing.pollMsMax) : timing.pollMs
    }
    scope.wake = undefined
    scopes.delete(scope.name)
  }

  const wakeUp = (scope: Scope) => {
    if (scope.wake) {
      scope.wake.abort()
      return
    }
    const loop = run(scope).finally(() => loops.delete(loop))
    loops.add(loop)
  }

  const release = (scope: Scope) => {
    scope.used -= 1
    handOut(scope, () => mayPassOn(shareOf(scope), scope.others, scope.limit))
    // Others wait for what this process has too much of.
    if (scope.leased > scope.used && (scope.waiters.size > 0 || scope.others.some(({ waiting }) => waiting > 0)))
      wakeUp(scope)
  }

  const slotOf = (scope: Scope): Slot => {
    let isReleased = false
    return {
      release() {
        if (isReleased) return
        isReleased = true
        release(scope)
      },
    }
  }

  return {
    async acquire(name, { limit, waitMsMax, signal }) {
      signal.throwIfAborted()
      let scope = scopes.get(name)
      if (!scope) {
        scope = { name, limit, leased: 0, used: 0, waiters: new Set(), others: [], wake: undefined }
        scopes.set(name, scope)
      }
      scope.limit = limit
      if (scope.waiters.size === 0 && mayPassOn({ ...shareOf(scope), waiting: 1 }, scope.others, limit)) {
        scope.used += 1
        return slotOf(scope)
      }
      if (scope.waiters.size >= WAITERS_MAX) throw busy(name, limit)
      await waitIn(scope, { waitMsMax, signal, wakeUp: () => wakeUp(scope) })
      return slotOf(scope)
    },

    async close() {
      closed = true
      for (const scope of scopes.values()) scope.wake?.abort()
      await Promise.race([Promise.allSettled([...loops]), sleep(CLOSE_MS_MAX, undefined, { ref: false })])
    },
  }
}

const waitIn = (
  scope: Scope,
  { waitMsMax, signal, wakeUp }: { waitMsMax: number; signal: AbortSignal; wakeUp(): void },
): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      scope.waiters.delete(take)
    }
    const take = () => {
      stop()
      resolve()
    }
    const leave = () => {
      stop()
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      stop()
      reject(busy(scope.name, scope.limit))
    }, waitMsMax)
    signal.addEventListener('abort', leave, { once: true })
    scope.waiters.add(take)
    wakeUp()
  })

const busy = (scope: string, limit: number): ModelError => {
  const [what, ...name] = scope.split(':')
  return new ModelError(
    'MODEL_BUSY',
    `All ${limit} calls that the ${what} ${name.join(':')} may have at the same time are taken.`,
    {
      retryAfterMs: BUSY_RETRY_MS,
    },
  )
}
