import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { familyOf, type MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import { createPoolGovernor, type PoolGovernor } from './govern-pool.ts'
import { createGovernorMetrics } from './governor-metrics.ts'
import { createLogBounds } from './log-bounds.ts'
import { readMachineMemory } from './machine-memory.ts'
import { type MemoryGroups, openMemoryGroups } from './memory-groups.ts'

export interface GovernorOptions {
  /** Pools of workers as they are now; a reload may add and take some. */
  pools(): readonly WorkerPool[]
  /** True while a pool's workers are being replaced for another configuration. */
  isChanging(pool: WorkerPool): boolean
  /** Last metrics of each gateway: they tell how many requests wait for which service. */
  gatewaySnapshots(): readonly MetricsSnapshot[]
  /** Where all processes write their logs. */
  logDirectory: string
  metrics: MetricsRegistry
  logger: Logger
}

/** Holds workers to their limits, pools to their load and logs to their length, while the supervisor runs. */
export interface Governor {
  start(): void
  /**
   * An operator scaled a pool by hand: until `releaseFloors` it has at least so many workers. Does not scale by itself; call `WorkerPool.scale`
   * first and give what it returned.
   */
  holdFloor(pool: string, count: number): void
  /** The configuration was read again and decides from now on. */
  releaseFloors(): void
  stop(): void
}

const SAMPLE_MS = 1_000
/** Gauge of the gateways, by service. */
const WAITING_FAMILY = 'orrery_gateway_waiting_requests'

export const createGovernor = (options: GovernorOptions): Governor => {
  const { logger } = options
  const metrics = createGovernorMetrics(options.metrics)
  const stopped = new AbortController()
  const governors = new Map<WorkerPool, PoolGovernor>()
  const floors = new Map<string, number>()
  const logBounds = createLogBounds({ directory: options.logDirectory, metrics: options.metrics, logger })
  let isBusy = false
  let timer: Timer | undefined

  /** Tried once, and only when a pool has a hard limit: it moves this process into another group. */
  let groups: { opened: MemoryGroups | undefined } | undefined
  const memoryGroups = (): MemoryGroups | undefined => {
    if (!groups) {
      groups = { opened: openMemoryGroups() }
      logger.info({ by: groups.opened ? 'the kernel' : 'sampling' }, 'hard memory limits are held')
    }
    return groups.opened
  }

  const governorOf = (pool: WorkerPool): PoolGovernor => {
    const known =
      governors.get(pool) ??
      createPoolGovernor({ pool, logger, metrics, groups: memoryGroups, stopped: stopped.signal })
    governors.set(pool, known)
    known.setFloor(floors.get(pool.plan.name))
    return known
  }

  const round = async () => {
    const pools = options.pools()
    for (const pool of governors.keys()) if (!pools.includes(pool)) governors.delete(pool)
    const waiting = readWaiting(options.gatewaySnapshots())
    const moment = { nowMs: Date.now(), memory: readMachineMemory() }
    for (const pool of pools) {
      const ofPool = pool.plan.services.reduce((sum, service) => sum + (waiting.get(service) ?? 0), 0)
      await governorOf(pool).govern({ ...moment, waiting: ofPool, isChanging: options.isChanging(pool) })
    }
  }

  const tick = () => {
    if (isBusy) return // a machine on which a round takes a second has no use for two of them
    isBusy = true
    round()
      .catch((error) => logger.error({ err: error }, 'the governor failed'))
      .finally(() => {
        isBusy = false
      })
  }

  return {
    start() {
      timer ??= setInterval(tick, SAMPLE_MS)
      logBounds.start()
    },
    holdFloor: (pool, count) => void floors.set(pool, count),
    releaseFloors: () => floors.clear(),
    stop() {
      clearInterval(timer)
      logBounds.stop()
      stopped.abort()
    },
  }
}

/** Requests that wait for a worker, by service, over all gateways. */
const readWaiting = (snapshots: readonly MetricsSnapshot[]): Map<string, number> => {
  const waiting = new Map<string, number>()
  for (const snapshot of snapshots) {
    for (const { labels, value } of familyOf(snapshot, WAITING_FAMILY)?.series ?? []) {
      const service = labels.service ?? ''
      waiting.set(service, (waiting.get(service) ?? 0) + value)
    }
  }
  return waiting
}
