import type { FiringAlert } from '../metrics/alert-watch.ts'
import type { BackendFacts, PoolFacts, ProcessFacts } from '../pool/supervision.ts'

/** `degraded`: everything is served, but something is not as it should be. `unhealthy`: something is not served. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy'

/** The document of `GET /health`. It is public, so it holds no pids, paths or addresses. */
export interface HealthReport {
  status: HealthStatus
  /** ISO 8601. */
  timestamp: string
  version: string
  uptimeSeconds: number
  services: Record<string, ServiceHealth>
  pools: PoolHealth[]
  gateways: { state: string }[]
  backends: { name: string; kind: string; state: string; detail?: string }[]
  /** What is too high at the moment: times to answer, failures, CPU, memory, connections. They change no status: everything is served. */
  alerts: FiringAlert[]
  /** Why the status is not `healthy`, one sentence each. */
  reasons: string[]
  warnings: string[]
}

export interface ServiceHealth {
  status: HealthStatus
  pool: string
  workers: { ready: number; total: number }
}

export interface PoolHealth {
  name: string
  services: string[]
  condition: string
  workers: WorkerHealth[]
}

export interface WorkerHealth {
  slot: number
  state: string
  inFlight: number
  streams: number
  restarts: number
  /** Why it gets no requests although it is ready: what its services say. */
  notReady?: string
}

export interface HealthFacts {
  now: Date
  startedAt: Date
  version: string
  pools: readonly PoolFacts[]
  gateways: readonly ProcessFacts[]
  backends: readonly BackendFacts[]
  /** Why the whole is not ready; empty when it is. */
  unready: readonly string[]
  warnings: readonly string[]
  alerts: readonly FiringAlert[]
  /** What went wrong although everything is served, one sentence each. */
  troubles?: readonly string[]
}

/** How the whole is doing, from what the supervisor knows. Pure. */
export const reportHealth = (facts: HealthFacts): HealthReport => {
  const services = Object.fromEntries(
    facts.pools.flatMap((pool) => pool.services.map((service) => [service, serviceHealth(pool)] as const)),
  )
  const lame = [...facts.pools.flatMap(missingWorkers), ...(facts.troubles ?? [])]
  const status = facts.unready.length > 0 ? 'unhealthy' : lame.length > 0 ? 'degraded' : 'healthy'
  return {
    status,
    timestamp: facts.now.toISOString(),
    version: facts.version,
    uptimeSeconds: Math.floor((facts.now.getTime() - facts.startedAt.getTime()) / 1_000),
    services,
    pools: facts.pools.map(poolHealth),
    gateways: facts.gateways.map(({ state }) => ({ state })),
    backends: facts.backends.map(({ name, kind, state, detail }) => ({
      name,
      kind,
      state,
      ...(detail ? { detail } : {}),
    })),
    alerts: [...facts.alerts],
    reasons: [...facts.unready, ...lame],
    warnings: [...facts.warnings],
  }
}

const readyCount = ({ workers }: PoolFacts): number =>
  workers.filter(({ state, notReady }) => state === 'ready' && notReady === undefined).length

const serviceHealth = (pool: PoolFacts): ServiceHealth => {
  const ready = readyCount(pool)
  const status = ready === 0 ? 'unhealthy' : ready < pool.min ? 'degraded' : 'healthy'
  return { status, pool: pool.name, workers: { ready, total: pool.workers.length } }
}

/** A pool that serves, with fewer workers than it should have. One that serves nothing is a reason for unreadiness already. */
const missingWorkers = (pool: PoolFacts): string[] => {
  const ready = readyCount(pool)
  return ready > 0 && ready < pool.min ? [`${pool.name} has ${ready} of ${pool.min} workers`] : []
}

const poolHealth = ({ name, services, condition, workers }: PoolFacts): PoolHealth => ({
  name,
  services,
  condition,
  workers: workers.map(({ slot, state, inFlight, streams, restarts, notReady }) => ({
    slot,
    state,
    inFlight,
    streams,
    restarts,
    ...(notReady === undefined ? {} : { notReady }),
  })),
})
