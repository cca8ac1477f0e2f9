import type { Logger } from '#shared/logging/logger.ts'
import { type Clock, systemClock } from './clock.ts'
import { noteDeath } from './note-death.ts'
import { poolFacts } from './pool-facts.ts'
import type { PoolPlan } from './pool-layout.ts'
import { createPoolSlot, type PoolSlot, type SlotHistory } from './pool-slot.ts'
import type { ReplaceOptions, ReplaceOutcome } from './replace-worker.ts'
import { createSpareWorkers, SPARE_SLOT_FIRST } from './spare-workers.ts'
import type { Death, PoolFacts } from './supervision.ts'
import type { Ending, WorkerProcess } from './worker-process.ts'

/** One process that a pool starts. */
export interface PoolStart {
  plan: PoolPlan
  slot: number
  generation: number
  /** The pool has been told to begin. */
  hasBegun: boolean
}

export interface WorkerPoolOptions {
  plan: PoolPlan
  /** Of the slots under earlier supervisors. */
  histories?: readonly SlotHistory[]
  /** Asked each time that a worker is told to drain, since a reload may change it. */
  drainMsMax(): number
  logger: Logger
  /** Starts a process for a slot, by the plan that holds now. */
  spawn(start: PoolStart): WorkerProcess
  /** A process ended, as asked or not. Called before its replacement is started. */
  onEnd(worker: WorkerProcess, ending: Ending): void
  onDeath(death: Death): void
  /** What others see of this pool may have changed. */
  onChange(): void
  /** Tests turn it by hand. */
  clock?: Clock
  /** From 0 to 1; `Math.random` when absent. */
  random?(): number
}

export interface WorkerPool {
  /** The one that holds now. */
  readonly plan: PoolPlan
  /** How many slots there are. */
  readonly size: number
  /** Starts a process for each slot that has none, but for the slots in `except`. */
  start(except?: ReadonlySet<number>): void
  /** Gives a slot the process that an earlier supervisor had started for it. There are as many slots then as this one needs. */
  adopt(worker: WorkerProcess): void
  /** A process of a slot ended while no supervisor watched. */
  missedDeath(slot: number): void
  /** What must outlive this supervisor, so that no id is given twice. */
  histories(): SlotHistory[]
  /** The database is ready: workers start their services, those of now and those to come. */
  begin(): void
  facts(): PoolFacts
  /** Workers that take requests, spares not among them. */
  ready(): WorkerProcess[]
  /** Every living process, spares and those that drain included. */
  living(): WorkerProcess[]
  /** Stops everything and starts nothing again; resolves when the last process is gone. */
  drain(): Promise<void>
  /**
   * How many slots there are to be, within `min` and `max` of the plan: new ones start at once, superfluous ones drain, the highest number
   * first. Returns the count that holds.
   */
  scale(count: number): number
  /**
   * Starts a second process for a slot, and drains the first once the second has been ready for `settleMs`. `kept` when the new one was not
   * ready within `readyMsMax`, failed or died: it is ended, and the old one keeps the slot. One at a time: a second call joins the first.
   * Undefined when there is no such slot.
   */
  replace(slot: number, options?: ReplaceOptions): Promise<ReplaceOutcome> | undefined
  /** Takes over a changed plan. Running workers stay, but for those that a smaller `max` leaves without a slot. */
  reconfigure(plan: PoolPlan): void
}

/** Keeps equal processes alive, one in each slot. */
export const createWorkerPool = (options: WorkerPoolOptions): WorkerPool => {
  const { logger, clock = systemClock, random = Math.random } = options
  let { plan } = options
  const slots: PoolSlot[] = []
  const processes = new Set<WorkerProcess>()
  /** Of slots that are there no more, too: they may come back. */
  const histories = new Map(
    options.histories?.filter(({ pool }) => pool === plan.name).map((history) => [history.slot, history]),
  )
  /** Slots whose process of an earlier supervisor may still dial. */
  let reserved: ReadonlySet<number> = new Set()
  let started = false
  let begun = false
  let draining = false

  const watch = (worker: WorkerProcess) => {
    processes.add(worker)
    if (begun) worker.begin()
    void worker.becameReady.then(startSpares)
    worker.ended
      .then((ending) => afterEnd(worker, ending))
      .catch((error) => logger.error({ err: error }, 'the end of a worker was not handled'))
    options.onChange()
  }

  const afterEnd = (worker: WorkerProcess, ending: Ending) => {
    processes.delete(worker)
    for (const slot of slots) slot.ended(worker, ending)
    spares.ended(worker, ending)
    options.onChange()
    // A spare that has taken the place serves as soon as gateways know: what else the death means comes behind that.
    return Promise.resolve().then(() => {
      options.onEnd(worker, ending)
      if (ending.state !== 'stopped' && !wasItsJob(ending)) noteDeath(worker, ending, options)
      startSpares()
      options.onChange()
    })
  }

  /** Workers that need not live for ever may end by themselves. */
  const wasItsJob = ({ exitCode }: Ending) => exitCode === 0 && (plan.restart ?? 'permanent') !== 'permanent'

  const launch = (slot: number, generation: number): WorkerProcess => {
    const worker = options.spawn({ plan, slot, generation, hasBegun: begun })
    logger.info({ worker: worker.id, workerPid: worker.pid }, 'worker started')
    watch(worker)
    return worker
  }

  const slotOptions = (number: number) => {
    const own = { number, history: histories.get(number), plan: () => plan }
    return { ...own, drainMsMax: options.drainMsMax, logger, clock, random, launch }
  }
  const spares = createSpareWorkers({
    ...{ clock, drainMsMax: options.drainMsMax },
    createSlot: (number) => createPoolSlot(slotOptions(number)),
  })

  /** Only when all workers serve: until then they need the processors more. */
  const startSpares = () => {
    if (started && !draining && slots.every(({ current }) => current?.isServing)) spares.start(reserved)
  }

  const addSlot = () => {
    slots.push(createPoolSlot({ ...slotOptions(slots.length), takeSpare: spares.take }))
  }

  const removeSlot = () => {
    const slot = slots.pop()
    if (!slot) return
    slot.close()
    histories.set(slot.number, slot.history())
    for (const worker of [slot.current, slot.successor]) worker?.drain(options.drainMsMax())
  }

  const scale = (count: number): number => {
    if (draining) return slots.length
    const wanted = Math.min(Math.max(count, plan.min), plan.max)
    while (slots.length > wanted) removeSlot()
    const present = slots.length
    while (slots.length < wanted) addSlot()
    if (started) for (const slot of slots.slice(present)) slot.start()
    startSpares()
    options.onChange()
    return slots.length
  }

  const ready = () => [...processes].filter((worker) => worker.isServing && !spares.holds(worker))

  while (slots.length < plan.min) addSlot()
  spares.resize(plan.spare)
  return {
    get plan() {
      return plan
    },
    get size() {
      return slots.length
    },
    start(except = new Set()) {
      started = true
      reserved = except
      if (draining) return
      for (const slot of slots) if (!reserved.has(slot.number)) slot.start()
      startSpares()
    },
    adopt(worker) {
      if (worker.slot >= SPARE_SLOT_FIRST) spares.adopt(worker)
      else {
        while (slots.length <= worker.slot) addSlot()
        slots[worker.slot]?.adopt(worker)
      }
      watch(worker)
    },
    missedDeath(number) {
      slots[number]?.missedDeath()
      spares.missedDeath(number)
    },
    histories() {
      for (const slot of slots) histories.set(slot.number, slot.history())
      for (const history of spares.histories()) histories.set(history.slot, history)
      return [...histories.values()]
    },
    begin() {
      begun = true
      for (const worker of processes) worker.begin()
    },
    facts: () => poolFacts(plan, { slots, spares: spares.slots }, { readyCount: ready().length, nowMs: clock.nowMs() }),
    ready,
    living: () => [...processes],
    async drain() {
      draining = true
      for (const slot of slots) slot.close()
      spares.close()
      const going = [...processes]
      for (const worker of going) worker.drain(options.drainMsMax())
      await Promise.all(going.map((worker) => worker.ended))
    },
    scale,
    replace(number, replaceOptions = {}) {
      const outcome = draining ? undefined : slots[number]?.replace(replaceOptions)
      return outcome?.finally(startSpares)
    },
    reconfigure(next) {
      plan = next
      scale(slots.length)
      spares.resize(plan.spare)
      spares.renew()
    },
  }
}
