import type { Logger } from '#shared/logging/logger.ts'
import type { Clock } from './clock.ts'
import type { PoolPlan } from './pool-layout.ts'
import { type ReplaceOptions, type ReplaceOutcome, replaceWorker } from './replace-worker.ts'
import {
  type DeathFacts,
  forgetOldDeaths,
  HEALTHY_AFTER_MS,
  isPermanentFailure,
  mayRestart,
  restartPauseMs,
  type StartFailure,
} from './restart-policy.ts'
import type { Ending, WorkerProcess } from './worker-process.ts'
import { takesRequests } from './worker-state.ts'

/** How often a slot was filled. */
export interface SlotHistory {
  pool: string
  slot: number
  generation: number
  restarts: number
}

export interface PoolSlotOptions {
  number: number
  /** Of the slot under earlier supervisors, or before it was given up for a while. */
  history: Pick<SlotHistory, 'generation' | 'restarts'> | undefined
  plan(): PoolPlan
  drainMsMax(): number
  logger: Logger
  clock: Clock
  /** From 0 to 1. */
  random(): number
  /** Starts a process and tells the slot, by `ended`, when it is gone. */
  launch(slot: number, generation: number): WorkerProcess
  /** A process that waits for the place of one that was started with this fingerprint. */
  takeSpare?(fingerprint: string): WorkerProcess | undefined
}

/**
 * A place in a pool that one process fills at a time. During a replacement it has two: the present one and its successor, which takes the place
 * once it is ready, or at once when the present one dies.
 */
export interface PoolSlot {
  readonly number: number
  readonly generation: number
  readonly restarts: number
  readonly current: WorkerProcess | undefined
  readonly successor: WorkerProcess | undefined
  readonly deaths: readonly DeathFacts[]
  /** Its process failed in a way that another one would too: nothing is started until somebody asks for it. */
  readonly failed: boolean
  /** Its process ended, and by the pool's restart policy that is all. */
  readonly finished: boolean
  /** Fills the slot when it is empty and nobody has given it up. */
  start(): void
  adopt(worker: WorkerProcess): void
  /** A process of this slot ended while no supervisor watched. */
  missedDeath(): void
  /** One at a time: a second call joins the first. */
  replace(options: ReplaceOptions): Promise<ReplaceOutcome>
  /** Its process, which belongs to somebody else from now on; the slot is empty. */
  giveAway(): WorkerProcess | undefined
  /** To be called when a process of the pool ended; those of other slots are passed over. */
  ended(worker: WorkerProcess, ending: Ending): void
  /** Starts nothing any more. */
  close(): void
  history(): SlotHistory
}

export const createPoolSlot = (options: PoolSlotOptions): PoolSlot => {
  const { number, clock, logger } = options
  let { generation, restarts } = options.history ?? { generation: 0, restarts: 0 }
  let current: WorkerProcess | undefined
  let successor: WorkerProcess | undefined
  let deaths: DeathFacts[] = []
  /** Of its last process. */
  let fingerprint: string | undefined
  let lastStartFailure: StartFailure | undefined
  let failed = false
  let finished = false
  let closed = false
  let cancelRestart: (() => void) | undefined
  let replacement: Promise<ReplaceOutcome> | undefined

  const launch = (): WorkerProcess => {
    generation += 1
    const worker = options.launch(number, generation)
    fingerprint = worker.fingerprint
    return worker
  }

  const takeSpare = (): WorkerProcess | undefined => {
    const spare = fingerprint === undefined ? undefined : options.takeSpare?.(fingerprint)
    if (!spare) return undefined
    generation += 1
    const was = spare.id
    spare.assume(number, generation)
    logger.info({ worker: spare.id, workerPid: spare.pid, was }, 'a spare takes the place of a worker')
    return spare
  }

  const fill = () => {
    cancelRestart?.()
    cancelRestart = undefined
    current = takeSpare() ?? launch()
  }

  const refill = () => {
    restarts += 1
    fill()
  }

  const restart = (ending: Ending) => {
    if (ending.state !== 'stopped' && !mayRestart(options.plan().restart ?? 'permanent', ending.exitCode === 0)) {
      finished = true
      return
    }
    if (isDoomed(ending)) {
      failed = true
      const pool = options.plan().name
      logger.error({ pool, slot: number, reason: ending.reason }, 'worker failed for good')
      return
    }
    // A spare has started already, so there is no loop of starts to slow down; one that failed by itself waits nevertheless.
    const spare = ending.blame === 'own' ? undefined : takeSpare()
    if (spare) {
      restarts += 1
      current = spare
      return
    }
    const pause = ending.state === 'stopped' ? 0 : restartPauseMs(deaths, options.random())
    if (pause === 0) refill()
    else cancelRestart = clock.after(pause, refill)
  }

  const isDoomed = (ending: Ending): boolean => {
    if (ending.state === 'stopped' || ending.wasReady) {
      lastStartFailure = undefined
      return false
    }
    const previous = lastStartFailure
    lastStartFailure = ending
    return isPermanentFailure(ending, previous)
  }

  const noteDeath = (ending: Ending) => {
    const atMs = clock.nowMs()
    const afterHealth = ending.uptimeMs >= HEALTHY_AFTER_MS
    deaths = [...forgetOldDeaths(deaths, atMs), { atMs, afterHealth, blame: ending.blame }]
  }

  const promote = (next: WorkerProcess) => {
    current = next
    successor = undefined
  }

  const startReplacement = async (replaceOptions: ReplaceOptions): Promise<ReplaceOutcome> => {
    if (replaceOptions.signal?.aborted) return 'kept' // before anything that was planned for this slot is dropped
    cancelRestart?.()
    cancelRestart = undefined
    failed = false
    finished = false
    return replaceWorker({
      ...{ clock, logger, drainMsMax: options.drainMsMax() },
      ...replaceOptions,
      old: current,
      launch() {
        // A hung worker leaves a gap that cannot wait; one that works can, for a process that is new in every respect.
        const next = (current && !takesRequests(current.state) && takeSpare()) || launch()
        if (current) successor = next
        else current = next
        return next
      },
      promote,
      giveUp(next) {
        if (successor === next) successor = undefined
      },
    })
  }

  return {
    number,
    get generation() {
      return generation
    },
    get restarts() {
      return restarts
    },
    get current() {
      return current
    },
    get successor() {
      return successor
    },
    get deaths() {
      return deaths
    },
    get failed() {
      return failed
    },
    get finished() {
      return finished
    },
    start() {
      if (!current && !closed && !failed && !finished && !cancelRestart) fill()
    },
    adopt(worker) {
      current = worker
      fingerprint = worker.fingerprint
      generation = Math.max(generation, worker.generation)
    },
    missedDeath() {
      restarts += 1
    },
    replace(replaceOptions) {
      replacement ??= startReplacement(replaceOptions).finally(() => {
        replacement = undefined
      })
      return replacement
    },
    giveAway() {
      const worker = current
      current = undefined
      return worker
    },
    ended(worker, ending) {
      if (worker === successor) {
        successor = undefined // its replacement failed; the slot has lost nothing
        return
      }
      // One that hung may have lost its place before its end, and counts nevertheless.
      const isOurs = worker === current || (worker.slot === number && ending.wasReady)
      if (isOurs && ending.state !== 'stopped') noteDeath(ending)
      if (worker !== current) return
      current = undefined
      if (closed) return
      if (successor) {
        restarts += 1
        promote(successor)
      } else restart(ending)
    },
    close() {
      closed = true
      cancelRestart?.()
      cancelRestart = undefined
    },
    history: () => ({ pool: options.plan().name, slot: number, generation, restarts }),
  }
}
