import type { Clock } from './clock.ts'
import type { PoolSlot, SlotHistory } from './pool-slot.ts'
import type { Ending, WorkerProcess } from './worker-process.ts'

/** Spares have numbers of their own, above those that a worker's slot may have. */
export const SPARE_SLOT_FIRST = 100

/** The death that made a spare necessary is dealt with before the next spare is started: starting takes time from both. */
const REFILL_AFTER_MS = 100

export interface SpareWorkersOptions {
  clock: Clock
  drainMsMax(): number
  createSlot(number: number): PoolSlot
}

/**
 * Processes that wait for a worker to die. A spare is a whole worker: it has been begun and serves its socket, only no gateway knows of it, so
 * that taking a dead worker's place is but a change of routes. It claims runs like every other worker of its pool, for runs belong to whoever
 * has claimed them in the journal and their streams are read from there: what a spare does meanwhile is work that others need not do, and if
 * it dies, its runs are taken over like anybody's.
 */
export interface SpareWorkers {
  readonly slots: readonly PoolSlot[]
  /** Starts those that are missing, but for the numbers in `except`. */
  start(except: ReadonlySet<number>): void
  /** A spare that an earlier supervisor had started. */
  adopt(worker: WorkerProcess): void
  missedDeath(number: number): void
  holds(worker: WorkerProcess): boolean
  /** Hands a process over to a slot whose worker was started with `fingerprint`: one that serves, or else one that starts. */
  take(fingerprint: string): WorkerProcess | undefined
  /** So many spares there are to be. */
  resize(count: number): void
  /** What processes are told has changed: they are started anew. */
  renew(): void
  ended(worker: WorkerProcess, ending: Ending): void
  close(): void
  histories(): SlotHistory[]
}

export const createSpareWorkers = ({ clock, drainMsMax, createSlot }: SpareWorkersOptions): SpareWorkers => {
  const slots: PoolSlot[] = []
  /** Of spares that are there no more, too: they may come back. */
  const histories = new Map<number, SlotHistory>()
  /** Slots that gave their process away a moment ago. */
  const refilling = new Set<PoolSlot>()
  let started = false

  const refillSoon = (slot: PoolSlot) => {
    refilling.add(slot)
    clock.after(REFILL_AFTER_MS, () => {
      refilling.delete(slot)
      slot.start()
    })
  }

  const bySlot = (number: number) => slots[number - SPARE_SLOT_FIRST]
  const removeLast = () => {
    const slot = slots.pop()
    if (!slot) return
    slot.close()
    histories.set(slot.number, slot.history())
    slot.current?.drain(drainMsMax())
  }

  return {
    slots,
    start(except) {
      started = true
      for (const slot of slots) if (!except.has(slot.number) && !refilling.has(slot)) slot.start()
    },
    adopt: (worker) => bySlot(worker.slot)?.adopt(worker),
    missedDeath: (number) => bySlot(number)?.missedDeath(),
    holds: (worker) => slots.some((slot) => slot.current === worker),
    take(fingerprint) {
      const fitting = slots.filter(({ current }) => current?.fingerprint === fingerprint)
      const slot =
        fitting.find(({ current }) => current?.isServing) ??
        fitting.find(({ current }) => current?.state === 'starting')
      const worker = slot?.giveAway()
      if (slot && worker) refillSoon(slot)
      return worker
    },
    resize(count) {
      while (slots.length > count) removeLast()
      while (slots.length < count) {
        const slot = createSlot(SPARE_SLOT_FIRST + slots.length)
        slots.push(slot)
        if (started) slot.start()
      }
    },
    renew() {
      for (const { current } of slots) current?.drain(drainMsMax())
    },
    ended(worker, ending) {
      for (const slot of slots) slot.ended(worker, ending)
    },
    close() {
      for (const slot of slots) slot.close()
    },
    histories() {
      for (const slot of slots) histories.set(slot.number, slot.history())
      return [...histories.values()]
    },
  }
}
