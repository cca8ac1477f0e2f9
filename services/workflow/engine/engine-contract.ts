import type { NodeResumed, RunEvent, RunStarted } from './run-events.ts'

/** How the engine reaches outside of itself. Implemented by runs/ over the journal, and by plain arrays in tests. */
export interface RunSink {
  /** Called synchronously for each event, in order. */
  emit(event: RunEvent): void
  /** Resolves when every event emitted so far is on disk. Awaited before external effects and after paid results only. */
  durable(): Promise<void>
}

/** How an execution came to its end. A run that waits is to be parked; `wakeAt` is the first moment at which a wait ends by itself. */
export type RunOutcome = { state: 'ended' } | { state: 'waiting'; wakeAt?: number }

/** Tells a run under way that a wait ended. False when it knows no such wait (any more). */
export type DeliverReply = (resumed: Pick<NodeResumed, 'eventId' | 'reply' | 'key' | 'asked'>) => boolean

/**
 * Runs one flow to its end and emits its events (all but `run-started`, which the caller wrote as event 0).
 * Resolves after `run-completed` or `run-failed` was emitted, or when nothing is left to do but to wait; rejects only when the sink does or when `signal` aborts (then nothing final
 * was emitted and the run can be continued elsewhere).
 *
 * `past` holds the events of an interrupted run (event 0 excluded): nodes that completed are not executed again; nodes that only started
 * are, with the same idempotency key; model answers go on from their recorded deltas; nothing that was emitted is emitted again. Waits that
 * no recorded reply ended go on.
 */
export type RunFlow<Plan, Services> = (run: {
  runId: string
  plan: Plan
  start: RunStarted
  past: readonly RunEvent[]
  services: Services
  sink: RunSink
  signal: AbortSignal
  /** Given the way to answer questions while the run is under way. */
  onInbox?: (deliver: DeliverReply) => void
}) => Promise<RunOutcome>
