import { availableParallelism } from 'node:os'
import type { Logger } from '#shared/logging/logger.ts'
import { memoryReason } from '../pool/death-reason.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import type { WorkerProcess } from '../pool/worker-process.ts'
import type { GovernorMetrics } from './governor-metrics.ts'
import { BYTES_PER_MB, judgeLimits, type LimitVerdict } from './limits-policy.ts'
import type { MachineMemory } from './machine-memory.ts'
import { createWorkerMeter, type PoolMeasurement } from './measure-workers.ts'
import type { MemoryGroups } from './memory-groups.ts'
import { decideScale, type ScalingState } from './scaling-policy.ts'

export interface PoolGovernorOptions {
  pool: WorkerPool
  logger: Logger
  metrics: GovernorMetrics
  /** Asked for when there is a hard limit; undefined where the kernel gives us none. */
  groups(): MemoryGroups | undefined
  /** Aborts when nothing is to be replaced any more. */
  stopped: AbortSignal
}

/** Holds one pool to its limits and its size to its load. */
export interface PoolGovernor {
  /** Measures, judges and acts once. */
  govern(moment: GovernedMoment): Promise<void>
  /** An operator wants at least so many workers; undefined when the configuration decides again. */
  setFloor(count: number | undefined): void
}

export interface GovernedMoment {
  nowMs: number
  memory: MachineMemory
  /** Requests that wait in gateways for a worker of this pool. */
  waiting: number
  /** Its configuration is being rolled out: whoever does that decides which worker is replaced when, and how many there are. */
  isChanging: boolean
}

/** Kept free for the database, the page cache and everybody else: a tenth of the memory, at least this. */
const RESERVE_BYTES_MIN = 256 * BYTES_PER_MB
const RESERVE_SHARE = 0.1
/** A new worker is expected to take as much as the others do, at least this. */
const WORKER_BYTES_MIN = 96 * BYTES_PER_MB

export const createPoolGovernor = (options: PoolGovernorOptions): PoolGovernor => {
  const { pool, logger, metrics, stopped } = options
  const meter = createWorkerMeter()
  const seen = new WeakSet<WorkerProcess>()
  let scaling: ScalingState = {}
  let floor: number | undefined
  let isReplacing = false
  let replacedAtMs = Number.NEGATIVE_INFINITY

  /** Once for each process: from then on the kernel watches it too. */
  const confine = (worker: WorkerProcess) => {
    const { memoryHardMb } = pool.plan
    if (memoryHardMb === undefined || seen.has(worker)) return
    seen.add(worker)
    const groups = options.groups()
    const name = `${worker.id}-${worker.pid}` // of now: a spare takes over another id one day
    if (!groups?.confine(worker.pid, name, memoryHardMb)) return
    worker.explainKill(() => (groups.wasKilled(name) ? memoryReason(memoryHardMb) : undefined))
    void worker.ended.then(() => groups.release(name))
  }

  const act = (verdict: LimitVerdict) => {
    const worker = pool.living().find(({ id }) => id === verdict.id)
    if (!worker) return
    if (verdict.act === 'kill') worker.kill(memoryReason(verdict.limitMb))
    else void replace(worker, verdict)
  }

  const replace = async ({ id, slot }: WorkerProcess, { cause, reason }: Extract<LimitVerdict, { act: 'replace' }>) => {
    if (!pool.facts().workers.some((facts) => facts.id === id)) return // it drains already, its slot is another's
    isReplacing = true
    logger.info({ worker: id, reason }, 'a worker has reached a limit')
    try {
      const outcome = await pool.replace(slot, { reason, signal: stopped })
      if (outcome) metrics.replaced(pool.plan.name, cause, outcome)
    } catch (error) {
      logger.error({ err: error, worker: id }, 'a worker could not be replaced')
    } finally {
      isReplacing = false
      replacedAtMs = Date.now()
    }
  }

  const scale = ({ cores, workers }: PoolMeasurement, { nowMs, memory, waiting }: GovernedMoment) => {
    const { min, max, name } = pool.plan
    const { workers: slots, condition } = pool.facts()
    const ready = slots.filter(({ state }) => state === 'ready')
    const decision = decideScale(
      scaling,
      {
        ...{ min, max, floor, size: pool.size, ready: ready.length, isCrashLooping: condition === 'crash-loop' },
        ...{ waiting, cores, coresMax: availableParallelism() },
        outstanding: ready.reduce((sum, { inFlight, streams }) => sum + Math.max(inFlight - streams, 0), 0),
        loopDelayMs: Math.max(0, ...ready.map(({ loopDelayMs }) => loopDelayMs)),
        hasMemory: hasMemoryForOneMore(memory, workers),
      },
      nowMs,
    )
    scaling = decision.state
    if (decision.isHeldBack) metrics.heldBack(name)
    if (decision.size === pool.size) return
    const from = pool.size
    const to = pool.scale(decision.size)
    logger.info({ pool: name, from, to, reason: decision.reason }, 'pool changed its size')
    metrics.scaled(name, from, to)
  }

  return {
    async govern(moment) {
      const { memorySoftMb, memoryHardMb } = pool.plan
      const living = pool.living()
      for (const worker of living) confine(worker)
      const exactMemory = memorySoftMb !== undefined || memoryHardMb !== undefined
      const measurement = await meter.measure(living, { memorySoftMb, exactMemory, nowMs: moment.nowMs })
      if (stopped.aborted) return
      const sinceReplacementMs = moment.nowMs - replacedAtMs
      const verdicts = judgeLimits(pool.plan, { workers: measurement.workers, sinceReplacementMs, isReplacing })
      for (const verdict of verdicts) if (verdict.act === 'kill' || !moment.isChanging) act(verdict)
      if (moment.isChanging) scaling = {}
      else scale(measurement, moment)
      const memoryBytes = measurement.workers.reduce((sum, worker) => sum + worker.memoryBytes, 0)
      metrics.observe(pool.plan.name, { size: pool.size, cores: measurement.cores, memoryBytes })
    },
    setFloor(count) {
      floor = count
    },
  }
}

const hasMemoryForOneMore = (
  { totalBytes, freeBytes }: MachineMemory,
  workers: readonly { memoryBytes: number }[],
): boolean => {
  const largest = Math.max(WORKER_BYTES_MIN, ...workers.map(({ memoryBytes }) => memoryBytes))
  return freeBytes - largest >= Math.max(RESERVE_BYTES_MIN, totalBytes * RESERVE_SHARE)
}
