import { type FencedError, RunCancelledError, RunClosedError } from './errors.ts'
import type { FlushedRun, FlushGroup, RunBatch, RunChange, RunInsert } from './flush-group.ts'
import type { FlushLoop } from './flush-loop.ts'
import type { JournalEvent, NewRun, RunWriter } from './journal.ts'
import type { RunListeners } from './run-listeners.ts'
import { RUN_STATUS } from './run-rows.ts'

const NEVER = 'infinity'

/** A writer with what the journal itself needs of it. */
export interface OwnedRun extends FlushedRun {
  readonly writer: RunWriter
  /** Changes when the same worker claims the run once more after the server forgot the first claim. */
  epoch: number
  /** Tells the executor that somebody wants the run to end. */
  cancel(): void
}

export interface OwnedRunParts {
  runId: string
  epoch: number
  nextSequence: number
  /** Set for a run that has no row yet. */
  fresh?: NewRun
  loop: FlushLoop
  listeners: RunListeners
  /** Called when the run is given up or lost. */
  onClosed(run: OwnedRun): void
}

/** The writer of one run: collects its events in the open flush group. See RunWriter. */
export const createOwnedRun = (parts: OwnedRunParts): OwnedRun => {
  const { runId, loop, listeners } = parts
  let next = parts.nextSequence
  let open = true
  let lost: FencedError | undefined
  const cancelling = new AbortController()
  let batch: RunBatch | undefined
  /** Group that holds the last of this run. */
  let group: FlushGroup | undefined
  let insert: { row: RunInsert; group: FlushGroup } | undefined
  /** A claim is confirmed by the first flush of the run. */
  let confirmed = parts.fresh !== undefined

  const assertOpen = () => {
    if (lost) throw lost
    if (!open) throw new RunClosedError(runId)
  }

  const enter = (): FlushGroup => {
    const current = loop.open()
    if (current !== group) {
      group = current
      batch = undefined
      current.runs.set(runId, owned)
    }
    return current
  }

  const append = (event: JournalEvent): number => {
    assertOpen()
    const line = JSON.stringify(event)
    loop.admit(line.length)
    const current = enter()
    if (!batch) {
      batch = { run: owned, firstSequence: next, lines: [] }
      current.batches.push(batch)
      if (!confirmed) current.claims.push({ id: runId, epoch: owned.epoch })
      confirmed = true
    }
    batch.lines.push(line)
    const sequence = next++
    loop.grew(1, line.length)
    if (listeners.active) listeners.appended(runId, sequence, event)
    return sequence
  }

  const durable = async (): Promise<void> => {
    if (lost) throw lost
    if (!group || group.state === 'stored') return
    loop.want(group)
    await group.stored
    if (lost) throw lost
  }

  /** Changes the run's row and gives it up: in the row's own insert when that was not sent yet. */
  const close = async (change: Omit<RunChange, 'seq'>, failed = false): Promise<void> => {
    assertOpen()
    const current = enter()
    open = false
    if (insert?.group === current) Object.assign(insert.row, change, { seq: next })
    else current.updates.push({ id: runId, epoch: owned.epoch, seq: next, failed, ...change })
    loop.grew(0, 0)
    try {
      await durable()
    } finally {
      parts.onClosed(owned)
    }
  }

  const writer: RunWriter = {
    runId,
    get nextSequence() {
      return next
    },
    get open() {
      return open && !lost
    },
    cancelled: cancelling.signal,
    append,
    durable,
    park: ({ wakeAt, key }) =>
      close({
        status: RUN_STATUS.waiting,
        wake_at: wakeAt?.toISOString() ?? NEVER,
        wait_key: key === undefined ? null : storableText(key),
      }),
    release: ({ retryAt } = {}) =>
      close(
        { status: RUN_STATUS.ready, wake_at: retryAt?.toISOString() ?? null, wait_key: null },
        retryAt !== undefined,
      ),
    finish: (state) => close({ status: RUN_STATUS[state], wake_at: null, wait_key: null }),
  }

  const owned: OwnedRun = {
    runId,
    epoch: parts.epoch,
    writer,
    get lost() {
      return lost
    },
    cancel: () => cancelling.abort(new RunCancelledError(runId)),
    lose(error) {
      if (lost) return
      lost = error
      parts.onClosed(owned)
    },
  }

  if (parts.fresh) {
    const row = toInsert(runId, parts.fresh)
    const current = enter()
    current.inserts.push(row)
    insert = { row, group: current }
    loop.grew(0, 0)
  }
  return owned
}

/** A running run's row. */
const toInsert = (runId: string, run: NewRun): RunInsert => ({
  id: runId,
  kind: storableText(run.kind),
  app_id: storableText(run.appId),
  subject_id: storableText(run.subjectId),
  subject_version: storableText(run.subjectVersion),
  status: RUN_STATUS.running,
  seq: 0,
  wake_at: null,
  wait_key: null,
})

/** PostgreSQL stores neither NUL nor half a surrogate pair, and one bad text would hold up the whole flush. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed()
