import type { EjectionRecord, FailureKind } from './ejection.ts'
import { type Candidate, slowStartPart } from './worker-choice.ts'

/** A worker as this gateway knows it. One object per incarnation, shared by the services that it hosts. */
export interface KnownWorker extends Candidate {
  readonly id: string
  readonly socketPath: string
  requests: number
  streams: number
  weight: number
  rampFromMs: number
  record: EjectionRecord
}

/** Requests that one worker may have at once, streams aside; more wait in the queue, where they show as pressure. */
const REQUESTS_MAX = 1_024
/** The same for a worker that has just started: a queue that grew during a restart comes in portions, not as a herd. */
const REQUESTS_AT_START_MAX = 256

export const hasRoom = ({ requests, rampFromMs }: KnownWorker, nowMs: number): boolean =>
  requests < REQUESTS_AT_START_MAX || requests < REQUESTS_MAX * slowStartPart(rampFromMs, nowMs)

/** The service that a lease counts for. */
export interface LeaseOwner {
  /** Its requests that have a worker, streams aside. */
  inFlight: number
  /** A place became free at a worker. */
  freed(): void
  noteAnswer(lease: WorkerLease, nowMs: number): void
  noteFailure(lease: WorkerLease, kind: FailureKind, nowMs: number): void
  /** True when a request whose outcome is unknown may be sent again: it then has its share of the budget. */
  spendRetry(nowMs: number): boolean
}

/**
 * One attempt of one request at one worker. It has a place there from the beginning; whoever took it adds 1 to `requests` at once and takes
 * it off when the request is over, or moves it to `streams` when the answer is a stream.
 */
export class WorkerLease {
  readonly worker: KnownWorker
  readonly owner: LeaseOwner
  /** The one request that shows whether an ejected worker is back. */
  readonly isProbe: boolean
  /** One of those that show whether the service's circuit may close. */
  readonly isTrial: boolean
  #isReserved = true
  #requests = 0
  #streams = 0

  constructor(worker: KnownWorker, owner: LeaseOwner, role: { isProbe: boolean; isTrial: boolean }) {
    this.worker = worker
    this.owner = owner
    this.isProbe = role.isProbe
    this.isTrial = role.isTrial
    this.#count(1)
  }

  get id(): string {
    return this.worker.id
  }

  get socketPath(): string {
    return this.worker.socketPath
  }

  get requests(): number {
    return this.#requests
  }

  set requests(value: number) {
    const change = value - this.#requests
    this.#requests = value
    if (this.#isReserved && change > 0) this.#isReserved = false
    else this.#count(change)
  }

  get streams(): number {
    return this.#streams
  }

  set streams(value: number) {
    this.worker.streams += value - this.#streams
    this.#streams = value
  }

  /** Gives the place back, unless it was used. */
  release(): void {
    if (!this.#isReserved) return
    this.#isReserved = false
    this.#count(-1)
  }

  #count(change: number): void {
    this.worker.requests += change
    this.owner.inFlight += change
    if (change < 0) this.owner.freed()
  }
}
