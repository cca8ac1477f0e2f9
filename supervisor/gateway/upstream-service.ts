import {
  admit,
  afterTrial,
  afterWorkersChanged,
  type Circuit,
  CLOSED,
  afterFailure as circuitAfterFailure,
  RIPE_SECONDS,
  refusedForMs,
} from './circuit-breaker-policy.ts'
import { afterFailure, type FailureKind, isPanic, isProbeDue, TRUSTED, withProbe } from './ejection.ts'
import { CircuitOpenError } from './errors.ts'
import {
  type AttemptCounts,
  addCounts,
  createFailureWindow,
  type FailureWindow,
  noteAttempt,
} from './failure-window.ts'
import { createRetryBudget, noteRequest, spendRetry } from './retry-budget.ts'
import { chooseSticky } from './sticky-choice.ts'
import { chooseWorker } from './worker-choice.ts'
import { hasRoom, type KnownWorker, type LeaseOwner, WorkerLease } from './worker-lease.ts'

export type ServiceState = 'up' | 'starting' | 'crash-loop'

/** Which worker a request may get. */
export interface Wish {
  /** Ids of workers that failed it. */
  readonly tried: ReadonlySet<string>
  /** Requests with the same key prefer the same worker. */
  readonly stickyKey?: string | undefined
}

/** One service of the routing table: who may get its next request, and how its workers have done. */
export class UpstreamService implements LeaseOwner {
  readonly name: string
  state: ServiceState = 'starting'
  workers: readonly KnownWorker[] = []
  inFlight = 0
  circuit: Circuit = CLOSED
  readonly freed: () => void
  readonly #windows = new Map<string, FailureWindow>()
  readonly #budget = createRetryBudget()

  constructor(name: string, freed: () => void) {
    this.name = name
    this.freed = freed
  }

  /** Takes over a row of the table. What a worker did that is gone says nothing of those who serve now. */
  setWorkers(state: ServiceState, workers: readonly KnownWorker[]): void {
    const ids = new Set(workers.map(({ id }) => id))
    const before = new Set(this.workers.map(({ id }) => id))
    this.state = state
    this.workers = workers
    for (const id of this.#windows.keys()) if (!ids.has(id)) this.#windows.delete(id)
    const hasNew = workers.some(({ id }) => !before.has(id))
    this.circuit = afterWorkersChanged(this.circuit, { workers: workers.length, hasNew })
  }

  get isPanic(): boolean {
    return isPanic(this.workers)
  }

  /** True when there are workers, and each has all that it may have at once. */
  isFull(nowMs: number): boolean {
    return this.workers.length > 0 && !this.workers.some((worker) => hasRoom(worker, nowMs))
  }

  /** A place at a worker, or undefined when there is none at the moment. Throws CircuitOpenError. */
  take(wish: Wish, nowMs: number): WorkerLease | undefined {
    const { circuit } = this
    const admitted = this.workers.length === 0 ? circuit : admit(circuit, nowMs)
    if (!admitted) throw new CircuitOpenError(this.name, refusedForMs(circuit, nowMs))
    const worker = this.#pick(wish, nowMs)
    if (!worker) return undefined
    this.circuit = admitted
    const isProbe = worker.record.state !== 'trusted' && !this.isPanic
    if (isProbe) worker.record = withProbe(worker.record, nowMs)
    return new WorkerLease(worker, this, { isProbe, isTrial: admitted.state === 'half-open' })
  }

  #pick({ tried, stickyKey }: Wish, nowMs: number): KnownWorker | undefined {
    const { workers } = this
    if (tried.size === 0 && isPlain(workers, nowMs)) return choose(workers, stickyKey, nowMs)
    const isOpen = (worker: KnownWorker) => !tried.has(worker.id) && hasRoom(worker, nowMs)
    const isAnyOut = workers.some(({ record }) => record.state !== 'trusted')
    const panic = isAnyOut && this.isPanic
    if (isAnyOut && !panic) {
      const due = workers.find((worker) => isProbeDue(worker.record, nowMs) && isOpen(worker))
      if (due) return due
    }
    const isUsable = (worker: KnownWorker) => (panic || worker.record.state === 'trusted') && isOpen(worker)
    const chosen = choose(workers.filter(isUsable), stickyKey, nowMs)
    if (chosen || tried.size === 0) return chosen
    // All others have failed this request already: it may as well be the probe, before its time.
    return workers.find((worker) => worker.record.state === 'ejected' && isOpen(worker))
  }

  /** A request is sent for the first time. */
  noteRequest(nowMs: number): void {
    noteRequest(this.#budget, this.inFlight, nowMs)
  }

  spendRetry(nowMs: number): boolean {
    return spendRetry(this.#budget, nowMs)
  }

  noteAnswer({ worker, isTrial }: WorkerLease, nowMs: number): void {
    noteAttempt(this.#windowOf(worker), false, nowMs)
    if (isTrial) this.#endTrial(true, nowMs)
    const { record } = worker
    if (record.state !== 'trusted') worker.rampFromMs = nowMs
    if (record.state !== 'trusted' || record.failures > 0) worker.record = TRUSTED
  }

  noteFailure({ worker, isProbe, isTrial }: WorkerLease, kind: FailureKind, nowMs: number): void {
    worker.record = afterFailure(worker.record, { kind, wasProbe: isProbe, nowMs })
    if (!this.workers.includes(worker)) return
    noteAttempt(this.#windowOf(worker), true, nowMs)
    if (isTrial) this.#endTrial(false, nowMs)
    else if (this.circuit.state === 'closed') this.circuit = circuitAfterFailure(this.circuit, this.#counts(nowMs))
  }

  #endTrial(isGood: boolean, nowMs: number): void {
    this.circuit = afterTrial(this.circuit, isGood, nowMs)
    if (this.circuit.state === 'closed') this.#windows.clear()
  }

  #windowOf({ id }: KnownWorker): FailureWindow {
    const known = this.#windows.get(id)
    if (known) return known
    const added = createFailureWindow()
    this.#windows.set(id, added)
    return added
  }

  #counts(nowMs: number) {
    const ripe: AttemptCounts = { attempts: 0, failures: 0 }
    const all: AttemptCounts = { attempts: 0, failures: 0 }
    for (const window of this.#windows.values()) {
      addCounts(ripe, window, { nowMs, secondsMin: RIPE_SECONDS })
      addCounts(all, window, { nowMs, secondsMin: 0 })
    }
    return { ripe, all, nowMs }
  }
}

const choose = (workers: readonly KnownWorker[], stickyKey: string | undefined, nowMs: number) =>
  stickyKey === undefined ? chooseWorker(workers, nowMs) : chooseSticky(workers, stickyKey)

/** Nearly always: every worker is trusted and has room, so that there is nothing to leave out. */
const isPlain = (workers: readonly KnownWorker[], nowMs: number): boolean => {
  for (const worker of workers) if (worker.record.state !== 'trusted' || !hasRoom(worker, nowMs)) return false
  return true
}
