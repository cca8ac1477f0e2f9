import type { Routes } from '#shared/worker-protocol/worker-messages.ts'
import { type FailureKind, TRUSTED } from './ejection.ts'
import { ServiceCrashingError, ServiceCrowdedError, ServiceStartingError } from './errors.ts'
import { UpstreamService, type Wish } from './upstream-service.ts'
import { createWaitingLine, type WaitingLine } from './waiting-line.ts'
import type { KnownWorker, WorkerLease } from './worker-lease.ts'

/** A worker for one attempt: where it listens, and where the attempt is counted. */
export type UpstreamWorker = WorkerLease

export interface UpstreamWorkers {
  /** Takes over a table, unless a newer one was applied before. */
  apply(routes: Routes): void
  /**
   * A worker to send to, not one of `tried`. While the service has none with room for one more, waits up to `waitMsMax` behind those who
   * came before. Throws ServiceStartingError after that (ServiceCrowdedError when there are workers and all are full), ServiceCrashingError
   * at once in a crash loop, ServiceCrowdedError when too many wait, CircuitOpenError, and the signal's reason when it aborts.
   */
  take(service: string, options: TakeOptions): Promise<UpstreamWorker>
  /** The same when there is one at this moment, which is nearly always: a request that need not wait costs no promise. */
  takeNow(service: string, tried: ReadonlySet<string>, stickyKey?: string): UpstreamWorker | undefined
  /** The attempt got no response, and that was the worker's fault. */
  failed(worker: UpstreamWorker, kind: FailureKind): void
  answered(worker: UpstreamWorker): void
  /** After an attempt with an unknown outcome: true when its service's retry budget has one more; it is then spent. */
  mayRetry(worker: UpstreamWorker): boolean
  /** Names of all services in the table. */
  services(): string[]
  ejected(): number
  /** How many requests wait for a worker, by service; services for which nobody ever waited are absent. */
  waiting(): ReadonlyMap<string, number>
  /** How each service of the table fares, for metrics and autoscaling. */
  facts(): UpstreamFacts[]
}

export interface UpstreamFacts {
  service: string
  waiting: number
  /** How long the first in the line has waited; 0 while nobody does. */
  oldestWaitMs: number
  /** More than half of its workers are ejected, so that ejection is ignored. */
  isPanic: boolean
  /** Requests are refused, or let through one by one, because most attempts failed. */
  isCircuitOpen: boolean
}

export interface TakeOptions extends Wish {
  /** Looked at only when there is something to wait for: it may be made at that moment. */
  readonly signal: AbortSignal
  waitMsMax: number
  /** The request was sent before, so that it earns no retry. By default: whether it has tried anyone. */
  isAgain?: boolean
}

/** Requests that may wait at once; each holds a connection and up to its body's head in memory. */
const WAITING_MAX = 2_000
/** Of them for one service, so that one that hangs leaves the others room. */
const WAITING_PER_SERVICE_MAX = 1_000
/** Room comes also by time alone: a young worker may have more, an ejected one may be probed. */
const LOOK_MS = 50

type Line = WaitingLine<TakeOptions, WorkerLease>

interface Entry {
  service: UpstreamService
  line: Line
}

export const createUpstreamWorkers = (now: () => number = Date.now): UpstreamWorkers => {
  let version = -1
  let names: string[] = []
  let waitingCount = 0
  let timer: ReturnType<typeof setInterval> | undefined
  const entries = new Map<string, Entry>()
  const byId = new Map<string, KnownWorker>()
  const everWaited = new Map<string, number>()

  const entryOf = (name: string): Entry => {
    const known = entries.get(name)
    if (known) return known
    const added: Entry = {
      service: new UpstreamService(name, () => {
        if (waitingCount > 0) serveAll()
      }),
      line: createWaitingLine(),
    }
    entries.set(name, added)
    return added
  }

  const lease = ({ service }: Entry, wish: Wish & { isAgain?: boolean }): WorkerLease | undefined => {
    const nowMs = now()
    const taken = service.take(wish, nowMs)
    if (taken && !(wish.isAgain ?? wish.tried.size > 0)) service.noteRequest(nowMs)
    return taken
  }

  const serve = (entry: Entry): void => {
    const { service, line } = entry
    if (line.length === 0) return
    line.serve(
      (options) => {
        const taken = lease(entry, options)
        if (!taken && service.state === 'crash-loop') throw new ServiceCrashingError(service.name)
        return taken
      },
      ({ tried }) => tried.size === 0,
    )
  }

  const serveAll = (): void => {
    for (const entry of entries.values()) serve(entry)
  }

  const wait = async (entry: Entry, options: TakeOptions): Promise<WorkerLease | undefined> => {
    const { name } = entry.service
    const { signal, waitMsMax } = options
    if (waitingCount >= WAITING_MAX || entry.line.length >= WAITING_PER_SERVICE_MAX) throw new ServiceCrowdedError(name)
    waitingCount += 1
    everWaited.set(name, entry.line.length + 1)
    timer ??= setInterval(serveAll, LOOK_MS)
    try {
      const granted = await entry.line.wait(options, { signal, msMax: waitMsMax, nowMs: now() })
      if (signal.aborted) granted?.release()
      signal.throwIfAborted()
      return granted
    } finally {
      waitingCount -= 1
      everWaited.set(name, entry.line.length)
      if (waitingCount === 0) {
        clearInterval(timer)
        timer = undefined
      }
    }
  }

  const takeNow = (name: string, wish: Wish & { isAgain?: boolean }): WorkerLease | undefined => {
    const entry = entries.get(name)
    if (!entry) return undefined
    serve(entry) // who came before is served before
    return lease(entry, wish)
  }

  return {
    apply(routes) {
      if (routes.version <= version) return
      version = routes.version
      const current = new Set<string>()
      const known = (row: Routes['services'][string]['workers'][number]): KnownWorker => {
        current.add(row.id)
        const worker = byId.get(row.id) ?? toKnownWorker(row)
        worker.weight = row.weight ?? 1
        byId.set(row.id, worker)
        return worker
      }
      names = Object.keys(routes.services)
      for (const [name, { state, workers }] of Object.entries(routes.services)) {
        entryOf(name).service.setWorkers(state, workers.map(known))
      }
      for (const [name, { service }] of entries) if (!routes.services[name]) service.setWorkers('starting', [])
      for (const id of byId.keys()) if (!current.has(id)) byId.delete(id)
      serveAll()
    },

    takeNow: (service, tried, stickyKey) => takeNow(service, { tried, stickyKey }),

    async take(name, options) {
      const taken = takeNow(name, options)
      if (taken) return taken
      const entry = entryOf(name)
      if (entry.service.state === 'crash-loop') throw new ServiceCrashingError(name)
      const granted = options.waitMsMax > 0 ? await wait(entry, options) : undefined
      if (granted) return granted
      throw entry.service.isFull(now()) ? new ServiceCrowdedError(name) : new ServiceStartingError(name)
    },

    failed(worker, kind) {
      worker.owner.noteFailure(worker, kind, now())
    },
    answered(worker) {
      worker.owner.noteAnswer(worker, now())
      if (waitingCount > 0) serveAll()
    },
    mayRetry: (worker) => worker.owner.spendRetry(now()),

    services: () => names,
    waiting: () => everWaited,
    ejected: () => [...byId.values()].filter(({ record }) => record.state !== 'trusted').length,
    facts: () => {
      const nowMs = now()
      return names.map((name) => {
        const { service, line } = entryOf(name)
        return {
          ...{ service: name, waiting: line.length, oldestWaitMs: line.oldestWaitMs(nowMs) },
          ...{ isPanic: service.isPanic, isCircuitOpen: service.circuit.state !== 'closed' },
        }
      })
    },
  }
}

const toKnownWorker = (row: Routes['services'][string]['workers'][number]): KnownWorker => ({
  ...{ id: row.id, socketPath: row.socketPath, requests: 0, streams: 0, weight: row.weight ?? 1 },
  ...{ rampFromMs: row.startedAtMs, record: TRUSTED },
})
