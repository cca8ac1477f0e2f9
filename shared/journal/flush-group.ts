import type { FencedError } from './errors.ts'

/** A run as the flush sees it. `lost` is set once another worker turned out to own it; nothing of it is written from then on. */
export interface FlushedRun {
  readonly runId: string
  readonly lost: FencedError | undefined
  lose(error: FencedError): void
}

/** Consecutive events of one run, as JSON lines. Becomes one row. */
export interface RunBatch {
  run: FlushedRun
  firstSequence: number
  lines: string[]
}

/** The part of a run's row that changes when its owner lets go of it. `wakeAt`: ISO time, `infinity`, or null for the default. */
export interface RunChange {
  status: number
  seq: number
  wake_at: string | null
  wait_key: string | null
}

/** A new row in `run`. Names are those of the columns: the object goes to SQL as JSON. */
export interface RunInsert extends RunChange {
  id: string
  kind: string
  app_id: string
  subject_id: string
  subject_version: string
}

export interface RunUpdate extends RunChange {
  id: string
  epoch: number
  /** Counts one more attempt. */
  failed: boolean
}

/** A claim that the next flush has to find still in place. */
export interface RunClaim {
  id: string
  epoch: number
}

/** What one flush, one transaction, writes. */
export interface FlushGroup {
  batches: RunBatch[]
  inserts: RunInsert[]
  updates: RunUpdate[]
  claims: RunClaim[]
  /** Every run of which something is in the group. */
  runs: Map<string, FlushedRun>
  events: number
  /** Characters of JSON: near enough to bytes for a bound. */
  bytes: number
  /** Someone waits for it: do not linger. */
  wanted: boolean
  state: 'open' | 'stored' | 'failed'
  /** Settles with the transaction. Rejects only when the whole worker is fenced, refused or closed. */
  readonly stored: Promise<void>
  settle(): void
  fail(error: Error): void
}

export const createFlushGroup = (): FlushGroup => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Whoever waits for the promise sees the error; when nobody waits it must not end the process.
  promise.catch(() => undefined)
  const group: FlushGroup = {
    batches: [],
    inserts: [],
    updates: [],
    claims: [],
    runs: new Map(),
    events: 0,
    bytes: 0,
    wanted: false,
    state: 'open',
    stored: promise,
    settle() {
      group.state = 'stored'
      resolve()
    },
    fail(error) {
      group.state = 'failed'
      reject(error)
    },
  }
  return group
}

export const isEmpty = (group: FlushGroup): boolean =>
  group.batches.length === 0 && group.inserts.length === 0 && group.updates.length === 0

/** Takes runs out of the group: what is left is stored without them. */
export const dropRuns = (group: FlushGroup, runIds: ReadonlySet<string>): void => {
  group.batches = group.batches.filter((batch) => !runIds.has(batch.run.runId))
  group.inserts = group.inserts.filter((row) => !runIds.has(row.id))
  group.updates = group.updates.filter((row) => !runIds.has(row.id))
  group.claims = group.claims.filter((row) => !runIds.has(row.id))
  group.events = group.batches.reduce((sum, batch) => sum + batch.lines.length, 0)
}
