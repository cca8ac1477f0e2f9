import type { Routes } from '#shared/worker-protocol/worker-messages.ts'
import { afterFailure, cleanRecord, type EjectionRecord, type FailureKind, withoutEjected } from './ejection.ts'
import { ServiceCrashingError, ServiceCrowdedError, ServiceStartingError } from './errors.ts'
import { chooseWorker } from './worker-choice.ts'

/** A worker as this gateway sees it. One object per incarnation, shared by the services that it hosts. */
export interface UpstreamWorker {
  readonly id: string
  readonly socketPath: string
  readonly startedAtMs: number
  requests: number
  streams: number
  record: EjectionRecord
}

export interface UpstreamWorkers {
  /** Takes over a table, unless a newer one was applied before. */
  apply(routes: Routes): void
  /**
   * A worker to send to, not one of `tried`. While the service has none, waits up to `waitMsMax` for one. Throws ServiceStartingError after
   * that, ServiceCrashingError at once in a crash loop, ServiceCrowdedError when too many wait, and the signal's reason when it aborts.
   */
  take(service: string, options: TakeOptions): Promise<UpstreamWorker>
  /** The same when there is one at this moment, which is nearly always: a request that need not wait costs no promise. */
  takeNow(service: string, tried: ReadonlySet<string>): UpstreamWorker | undefined
  failed(worker: UpstreamWorker, kind: FailureKind): void
  answered(worker: UpstreamWorker): void
  /** Names of all services in the table. */
  services(): string[]
  ejected(): number
  /** How many requests wait for a worker, by service; services for which nobody ever waited are absent. */
  waiting(): ReadonlyMap<string, number>
}

export interface TakeOptions {
  tried: ReadonlySet<string>
  /** Looked at only when there is something to wait for: it may be made at that moment. */
  readonly signal: AbortSignal
  waitMsMax: number
}

/** Requests that may wait for workers at once; each holds a connection and up to its body's head in memory. */
const WAITING_MAX = 2_000

export const createUpstreamWorkers = (now: () => number = Date.now): UpstreamWorkers => {
  let version = -1
  let services: Record<string, { state: 'up' | 'starting' | 'crash-loop'; workers: UpstreamWorker[] }> = {}
  const byId = new Map<string, UpstreamWorker>()
  const wakeups = new Set<() => void>()
  const waiting = new Map<string, number>()

  const pick = (service: string, tried: ReadonlySet<string>): UpstreamWorker | undefined => {
    const workers = services[service]?.workers ?? []
    const usable = withoutEjected(workers, now())
    if (tried.size === 0) return chooseWorker(usable, now())
    const untried = (list: readonly UpstreamWorker[]) => list.filter(({ id }) => !tried.has(id))
    return chooseWorker(untried(usable), now()) ?? chooseWorker(untried(workers), now())
  }

  const nextTable = async (service: string, signal: AbortSignal, msMax: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, msMax)
    wakeups.add(resolve)
    waiting.set(service, (waiting.get(service) ?? 0) + 1)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    clearTimeout(timer)
    wakeups.delete(resolve)
    waiting.set(service, (waiting.get(service) ?? 1) - 1)
    signal.throwIfAborted()
  }

  return {
    apply(routes) {
      if (routes.version <= version) return
      version = routes.version
      const current = new Set<string>()
      const known = (worker: Routes['services'][string]['workers'][number]): UpstreamWorker => {
        current.add(worker.id)
        const before = byId.get(worker.id)
        if (before) return before
        const added = { ...worker, requests: 0, streams: 0, record: cleanRecord() }
        byId.set(worker.id, added)
        return added
      }
      services = Object.fromEntries(
        Object.entries(routes.services).map(([name, { state, workers }]) => [
          name,
          { state, workers: workers.map(known) },
        ]),
      )
      for (const id of byId.keys()) if (!current.has(id)) byId.delete(id)
      for (const wake of [...wakeups]) wake()
    },

    takeNow: (service, tried) => pick(service, tried),

    async take(service, options) {
      const { tried, waitMsMax } = options
      const deadline = now() + waitMsMax
      for (;;) {
        const worker = pick(service, tried)
        if (worker) return worker
        if (services[service]?.state === 'crash-loop') throw new ServiceCrashingError(service)
        const leftMs = deadline - now()
        if (leftMs <= 0) throw new ServiceStartingError(service)
        if (wakeups.size >= WAITING_MAX) throw new ServiceCrowdedError(service)
        await nextTable(service, options.signal, leftMs)
      }
    },

    failed(worker, kind) {
      worker.record = afterFailure(worker.record, kind, now())
    },

    answered(worker) {
      if (worker.record.failures > 0 || worker.record.timesInARow > 0) worker.record = cleanRecord()
    },

    services: () => Object.keys(services),
    waiting: () => waiting,
    ejected: () => [...byId.values()].filter(({ record }) => record.ejectedUntilMs > now()).length,
  }
}
