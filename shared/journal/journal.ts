import type { SweepRuns, SweptRuns } from './sweep-runs.ts'

/** A run's life as its row shows it. `ready` runs wait for a worker to claim them; `waiting` ones for a wake-up (a time or a key). */
export type RunState = 'ready' | 'running' | 'waiting' | 'failed' | 'completed' | 'cancelled'

/** One numbered fact about a run. JSON; `type` names it; each run kind has its own union of these. */
export interface JournalEvent {
  type: string
  [field: string]: unknown
}

export interface NewRun {
  /** `workflow`, `agent`, `ingestion`, …: who knows how to execute it. */
  kind: string
  appId: string
  /** What is run: a flow id, a bot id, a document id. */
  subjectId: string
  /** The pinned version of the subject ('' where there is none). */
  subjectVersion: string
}

export interface RunHeader extends NewRun {
  /** Decimal text of a 63-bit time-ordered id. */
  id: string
  state: RunState
  /** How many events the journal knew when the row was last written (the journal itself may be ahead). */
  sequence: number
  /** Executions in a row that ended in an error, or in the death of their worker without a new event. */
  attempts: number
  /** Why the journal itself failed the run: `CODE: message`. */
  failure: string | undefined
  /** True once somebody asked for it to be cancelled. */
  cancelRequested: boolean
  createdAt: Date
  finishedAt: Date | undefined
}

/** Appends to one run that this process owns. Every method throws FencedError once another worker has taken the run over. */
export interface RunWriter {
  readonly runId: string
  /** Number of the next event: 0 for a new run. */
  readonly nextSequence: number
  /** False once the run was parked, released or finished, or was taken over. */
  readonly open: boolean
  /** Aborts within about a second after somebody asked for the run to be cancelled. Its owner then ends it: `finish('cancelled')`. */
  readonly cancelled: AbortSignal
  /** Queues an event for the next flush and returns its number. Does not wait. Throws JournalFullError when too much waits already. */
  append(event: JournalEvent): number
  /** Resolves when everything appended to this run so far is on disk: the barrier. */
  durable(): Promise<void>
  /** Parks the run as a row and gives up its ownership; durable when it resolves. Claimable again at `wakeAt`, or by `Journal.claimByKey(key)`. */
  park(wake: { wakeAt?: Date; key?: string }): Promise<void>
  /**
   * Gives the run back as `ready`, for another worker to continue (used when draining). With `retryAt` it counts as a failed attempt and is
   * claimable from then on.
   */
  release(options?: { retryAt?: Date }): Promise<void>
  /** Writes the final state; durable when it resolves. */
  finish(state: 'failed' | 'completed' | 'cancelled'): Promise<void>
}

export interface ClaimedRun {
  header: RunHeader
  /** Everything that happened so far, checked to have no gap. Empty when the run was only queued. */
  events: JournalEvent[]
  writer: RunWriter
}

export interface ListRuns {
  appId?: string
  kind?: string
  state?: RunState
  /** Only runs with a smaller (older) id than this one: the last id of the page before. */
  beforeId?: string
  /** 1..1000 */
  limit: number
}

export interface ListenOptions {
  /** Call the listener once an event is on disk instead of at once. */
  durableOnly?: boolean
  /** Called when the run is no longer owned here: it was parked, released, finished or taken over. */
  onClosed?: () => void
}

export interface SequencedEvent {
  sequence: number
  event: JournalEvent
}

/** The journal as one worker process sees it. Made by `openJournal` (open-journal.ts). */
export interface Journal {
  readonly workerId: number
  /** Aborts, with a FencedError as reason, when this worker was taken over: nothing it writes counts any more, so the process should end. */
  readonly fenced: AbortSignal
  /** Begins a run that this process owns. Its row rides in the flush of its first events; no round trip. */
  start(run: NewRun): RunWriter
  /** An id for a run that will be enqueued, for whoever has to write it down first. */
  nextRunId(): string
  /**
   * Stores a run with its first events for any worker to execute; durable when it resolves. Throws FencedError when a run with the given id
   * exists already: nothing is changed then.
   */
  enqueue(run: NewRun, events: JournalEvent[], options?: { runId?: string }): Promise<string>
  /**
   * Asks for a run to be cancelled, wherever it is; durable when it resolves. Asking twice is asking once.
   * @returns its state at that moment: a final one means that it has ended before; undefined when there is no such run
   */
  cancel(runId: string): Promise<RunState | undefined>
  /** Takes over at most `limit` ready or due runs of these kinds. Runs with a gap are failed (JOURNAL_GAP) and left out. */
  claim(kinds: readonly string[], limit: number): Promise<ClaimedRun[]>
  /** Claims one waiting run by its key, wherever it was parked. Undefined when no run waits for it. */
  claimByKey(key: string): Promise<ClaimedRun | undefined>
  /** True while a writer of this process owns the run. */
  owns(runId: string): boolean
  find(runId: string): Promise<RunHeader | undefined>
  /** Newest first. */
  list(query: ListRuns): Promise<RunHeader[]>
  /** Stored events with a number above `afterSequence` (-1 for all). */
  read(runId: string, afterSequence: number): Promise<SequencedEvent[]>
  /**
   * Live tail of a run that this process owns: called for each append, at once, before it is durable (see ListenOptions). Returns the way to
   * stop listening.
   * For runs owned elsewhere use `read` again (polling) – see follow-run.ts.
   */
  listen(runId: string, listener: (event: SequencedEvent) => void, options?: ListenOptions): () => void
  /** Removes one batch of finished runs with their events: see sweep-runs.ts. Runs in other states are never touched. */
  sweep(query: SweepRuns): Promise<SweptRuns>
  /** Flushes what is queued and closes the connections. */
  close(): Promise<void>
}
