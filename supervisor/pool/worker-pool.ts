import type { Logger } from '#shared/logging/logger.ts'
import { noteDeath as noteDeathOf } from './note-death.ts'
import type { PoolPlan } from './pool-layout.ts'
import {
  type DeathFacts,
  forgetOldDeaths,
  HEALTHY_AFTER_MS,
  isCrashLoop,
  isPermanentFailure,
  restartPauseMs,
  type StartFailure,
} from './restart-policy.ts'
import type { Death, PoolFacts, ProcessFacts } from './supervision.ts'
import type { Ending, WorkerProcess } from './worker-process.ts'
import { isOver, takesRequests } from './worker-state.ts'

export interface WorkerPoolOptions {
  plan: PoolPlan
  /** Of the slots under earlier supervisors. */
  histories?: readonly SlotHistory[]
  drainMsMax: number
  logger: Logger
  /** Starts a process for a slot. `onChange` is to be called as the process changes. */
  spawn(slot: number, generation: number): WorkerProcess
  /** A process ended, as asked or not. Called before its replacement is started. */
  onEnd(worker: WorkerProcess, ending: Ending): void
  onDeath(death: Death): void
  /** What others see of this pool may have changed. */
  onChange(): void
}

export interface WorkerPool {
  readonly plan: PoolPlan
  /** Starts a process for each slot that has none, but for the slots in `except`. */
  start(except?: ReadonlySet<number>): void
  /** Gives a slot the process that an earlier supervisor had started for it. */
  adopt(worker: WorkerProcess): void
  /** A process of a slot ended while no supervisor watched. */
  missedDeath(slot: number): void
  /** What must outlive this supervisor, so that no id is given twice. */
  histories(): SlotHistory[]
  /** The database is ready: workers start their services, those of now and those to come. */
  begin(): void
  facts(): PoolFacts
  /** Workers that take requests. */
  ready(): WorkerProcess[]
  /** Every living process, those that drain included. */
  living(): WorkerProcess[]
  /** Stops everything and starts nothing again; resolves when the last process is gone. */
  drain(): Promise<void>
  /** Starts a second process for a slot and drains the first once the second is ready. Undefined when there is no such slot. */
  replace(slot: number): Promise<void> | undefined
}

/** How often a slot was filled. */
export interface SlotHistory {
  pool: string
  slot: number
  generation: number
  restarts: number
}

interface Slot {
  number: number
  generation: number
  restarts: number
  deaths: DeathFacts[]
  current: WorkerProcess | undefined
  lastStartFailure: StartFailure | undefined
  failed: boolean
  timer: Timer | undefined
}

/** Keeps `min` equal processes alive. */
export const createWorkerPool = (options: WorkerPoolOptions): WorkerPool => {
  const { plan, logger } = options
  const slots: Slot[] = Array.from({ length: plan.min }, (_, number) => ({
    number,
    generation: 0,
    restarts: 0,
    ...historyOf(options.histories, plan.name, number),
    deaths: [],
    current: undefined,
    lastStartFailure: undefined,
    failed: false,
    timer: undefined,
  }))
  const processes = new Set<WorkerProcess>()
  let begun = false
  let draining = false

  const launch = (slot: Slot): WorkerProcess => {
    slot.generation += 1
    const worker = options.spawn(slot.number, slot.generation)
    logger.info({ worker: worker.id, workerPid: worker.pid }, 'worker started')
    watch(slot, worker)
    return worker
  }

  const watch = (slot: Slot, worker: WorkerProcess) => {
    processes.add(worker)
    if (begun) worker.begin()
    worker.ended
      .then((ending) => afterEnd(slot, worker, ending))
      .catch((error) => logger.error({ err: error }, 'the end of a worker was not handled'))
    options.onChange()
  }

  const afterEnd = (slot: Slot, worker: WorkerProcess, ending: Ending) => {
    processes.delete(worker)
    options.onEnd(worker, ending)
    if (ending.state !== 'stopped') noteDeath(slot, worker, ending)
    // A process that was replaced leaves its slot to its successor.
    if (slot.current === worker && !draining) restart(slot, ending)
    options.onChange()
  }

  const noteDeath = (slot: Slot, worker: WorkerProcess, ending: Ending) => {
    const now = Date.now()
    slot.deaths = [
      ...forgetOldDeaths(slot.deaths, now),
      { atMs: now, afterHealth: ending.uptimeMs >= HEALTHY_AFTER_MS },
    ]
    noteDeathOf(worker, ending, options)
  }

  const restart = (slot: Slot, ending: Ending) => {
    if (isDoomed(slot, ending)) {
      slot.failed = true
      logger.error({ pool: plan.name, slot: slot.number, reason: ending.reason }, 'worker failed for good')
      return
    }
    const pause = ending.state === 'stopped' ? 0 : restartPauseMs(slot.deaths, Math.random())
    slot.timer = setTimeout(() => {
      if (draining) return
      slot.restarts += 1
      slot.current = launch(slot)
    }, pause)
  }

  const isDoomed = (slot: Slot, ending: Ending): boolean => {
    if (ending.state === 'stopped' || ending.wasReady) {
      slot.lastStartFailure = undefined
      return false
    }
    const previous = slot.lastStartFailure
    slot.lastStartFailure = ending
    return isPermanentFailure(ending, previous)
  }

  const factsOf = (slot: Slot, now: number): ProcessFacts => {
    if (slot.current && !isOver(slot.current.state)) return { ...slot.current.facts(now), restarts: slot.restarts }
    const { number, generation, restarts, failed } = slot
    const idle = { inFlight: 0, streams: 0, rssBytes: 0, loopDelayMs: 0, heartbeatAgeMs: undefined }
    const startedAt = new Date(slot.current?.startedAtMs ?? now)
    const state = failed ? 'failed' : 'crashed'
    return {
      id: `${plan.name}/${number}.${generation}`,
      pid: 0,
      pool: plan.name,
      slot: number,
      generation,
      state,
      startedAt,
      restarts,
      ...idle,
    }
  }

  const drainOne = (worker: WorkerProcess) => worker.drain(options.drainMsMax)

  return {
    plan,
    start(except) {
      for (const slot of slots) if (!slot.current && !draining && !except?.has(slot.number)) slot.current = launch(slot)
    },
    adopt(worker) {
      const slot = slots[worker.slot]
      if (!slot) throw new Error(`${worker.id} has no slot`)
      slot.current = worker
      slot.generation = Math.max(slot.generation, worker.generation)
      watch(slot, worker)
    },
    missedDeath(number) {
      const slot = slots[number]
      if (slot) slot.restarts += 1
    },
    histories: () =>
      slots.map(({ number, generation, restarts }) => ({ pool: plan.name, slot: number, generation, restarts })),
    begin() {
      begun = true
      for (const worker of processes) worker.begin()
    },
    facts() {
      const now = Date.now()
      const isLooping = slots.some((slot) => isCrashLoop(slot.deaths, now)) && this.ready().length === 0
      const hopeless = slots.every((slot) => slot.failed) || isLooping
      return {
        ...plan,
        condition: hopeless ? 'crash-loop' : 'ok',
        workers: slots.map((slot) => factsOf(slot, now)),
      }
    },
    ready: () => [...processes].filter((worker) => takesRequests(worker.state)),
    living: () => [...processes],
    async drain() {
      draining = true
      for (const slot of slots) clearTimeout(slot.timer)
      const going = [...processes]
      for (const worker of going) drainOne(worker)
      await Promise.all(going.map((worker) => worker.ended))
    },
    replace(number) {
      const slot = slots[number]
      if (!slot || draining) return undefined
      clearTimeout(slot.timer)
      slot.failed = false
      const old = slot.current
      slot.current = launch(slot)
      return handOver(slot, old, () => draining).then((done) => {
        if (done && old && !isOver(old.state)) drainOne(old)
      })
    },
  }
}

const historyOf = (histories: readonly SlotHistory[] | undefined, pool: string, slot: number) => {
  const known = histories?.find((history) => history.pool === pool && history.slot === slot)
  return known ? { generation: known.generation, restarts: known.restarts } : {}
}

const HAND_OVER_POLL_MS = 10

/**
 * The old process goes once its slot has a ready one. When the slot fails for good, the old process keeps it: better an old worker than none.
 */
const handOver = async (slot: Slot, old: WorkerProcess | undefined, isDraining: () => boolean): Promise<boolean> => {
  while (slot.current?.state !== 'ready') {
    if (isDraining()) return false
    if (slot.failed) {
      if (!old || isOver(old.state)) return false
      slot.failed = false
      slot.current = old
      return false
    }
    await Bun.sleep(HAND_OVER_POLL_MS)
  }
  return true
}
