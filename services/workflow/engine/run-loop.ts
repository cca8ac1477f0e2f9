import type { Plan } from '../definition/plan.ts'
import type { RunFlow, RunOutcome } from './engine-contract.ts'
import type { FlowServices } from './flow-services.ts'
import type { RunPast } from './fold-past.ts'
import type { RunEvent } from './run-events.ts'
import { createRunWaits, type RunWaits } from './run-waits.ts'

export type FlowRun = Parameters<RunFlow<Plan, FlowServices>>[0]

/** The part of a scope that the loop needs. */
export interface QueuedScope {
  /** True once the scope ended or was given up: its entries in the queue mean nothing any more. */
  readonly isClosed: boolean
  /** Does what can be done for a node now. */
  visit(index: number): void
}

/** Nodes are worked off without a pause for this long; then everybody else's turn comes. */
const SLICE_MS = 10
/** A run that goes on by itself so soon is not set aside. */
const REST_MS_MAX = 5_000
/** The clock is read once in so many visits. */
const VISITS_PER_LOOK = 256

/**
 * What all scopes of one run share: a queue of nodes whose turn came, worked off in order, and the run's end. A node that has its result at once
 * costs no turn of the event loop. Everything is decided by the plan and the events, so that an interrupted run repeats the same way.
 */
export class RunLoop {
  readonly run: FlowRun
  readonly past: RunPast
  readonly waits: RunWaits
  readonly #end: { resolve: (outcome: RunOutcome) => void; reject: (error: unknown) => void }
  readonly #stop = new AbortController()
  readonly #beganAt = performance.now()
  #scopes: QueuedScope[] = []
  #indexes: number[] = []
  #isDraining = false
  #isOver = false
  /** Things under way that will come back through `attend`. */
  #busy = 0

  constructor(
    run: FlowRun,
    past: RunPast,
    end: { resolve: (outcome: RunOutcome) => void; reject: (error: unknown) => void },
  ) {
    this.run = run
    this.past = past
    this.#end = end
    this.waits = createRunWaits({ runId: run.runId, count: past.waits, attend: (work) => this.attend(work) })
  }

  /** Aborts when nothing of the run is to go on here. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get elapsedMs(): number {
    return performance.now() - this.#beganAt
  }

  push(scope: QueuedScope, index: number): void {
    this.#scopes.push(scope)
    this.#indexes.push(index)
  }

  pushAll(scope: QueuedScope, indexes: readonly number[]): void {
    for (const index of indexes) this.push(scope, index)
  }

  /** Every entry from outside: does something, then works off the queue. A fault of the engine or the sink ends the run here. */
  attend(work: () => void): void {
    if (this.#isOver) return
    try {
      work()
      this.#drain()
    } catch (error) {
      this.abandon(error)
    }
  }

  /** Waits for something outside, whose outcome is attended to. */
  await<Value>(promise: Promise<Value>, then: (value: Value) => void, otherwise: (error: unknown) => void): void {
    this.#busy += 1
    promise.then(
      (value) => this.#comeBack(() => then(value)),
      (error: unknown) => this.#comeBack(() => otherwise(error)),
    )
  }

  /** Goes on when every event emitted so far is on disk. */
  whenDurable(then: () => void): void {
    this.await(this.run.sink.durable(), then, (error) => this.abandon(error))
  }

  emit(event: RunEvent): void {
    // An abort may come out of the sink itself, in the middle of a step.
    if (this.#isOver) return
    try {
      this.run.sink.emit(event)
    } catch (error) {
      // No failure of the node that was writing.
      this.abandon(error)
    }
  }

  finish(event: RunEvent): void {
    this.emit(event)
    if (this.#close()) this.#end.resolve({ state: 'ended' })
  }

  /** Ends without a final event: the run is to go on elsewhere. */
  abandon(reason: unknown): void {
    if (this.#close(reason)) this.#end.reject(reason)
  }

  #comeBack(work: () => void): void {
    this.#busy -= 1
    this.attend(work)
  }

  #close(reason?: unknown): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.waits.close()
    this.#stop.abort(reason)
    return true
  }

  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    const sliceEnd = performance.now() + SLICE_MS
    for (let at = 0; at < this.#scopes.length && !this.#isOver; at += 1) {
      const scope = this.#scopes[at] as QueuedScope
      if (!scope.isClosed) scope.visit(this.#indexes[at] as number)
      if (at % VISITS_PER_LOOK === VISITS_PER_LOOK - 1 && performance.now() > sliceEnd) {
        this.#pause(at + 1)
        return
      }
    }
    this.#scopes.length = 0
    this.#indexes.length = 0
    this.#isDraining = false
    if (!this.#isOver && this.#busy === 0) this.#rest()
  }

  #pause(done: number): void {
    this.#scopes = this.#scopes.slice(done)
    this.#indexes = this.#indexes.slice(done)
    this.#busy += 1
    // Still marked as draining, so that what comes in meanwhile only joins the queue.
    setImmediate(() => {
      this.#isDraining = false
      this.#comeBack(() => undefined)
    })
  }

  /** Nothing is left to do, and nothing under way: only a reply or a moment brings the run on. */
  #rest(): void {
    if (this.waits.size === 0) throw new Error('nodes are left, and nothing brings them on')
    if (this.waits.endDue()) {
      this.#drain()
      return
    }
    const { wakeAt } = this.waits
    if (wakeAt !== undefined && wakeAt - Date.now() < REST_MS_MAX) return
    if (this.#close()) this.#end.resolve({ state: 'waiting', ...(wakeAt !== undefined && { wakeAt }) })
  }
}
