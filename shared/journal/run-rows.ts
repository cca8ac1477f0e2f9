import type { RunHeader, RunState } from './journal.ts'

export const RUN_STATUS: Record<RunState, number> = {
  ready: 0,
  running: 1,
  waiting: 2,
  cancelled: 7,
  failed: 8,
  completed: 9,
}

const STATES = new Map(Object.entries(RUN_STATUS).map(([state, status]) => [status, state as RunState]))

/** The state of a row's `status`; undefined for a number that stands for none. */
export const toRunState = (status: number): RunState | undefined => STATES.get(status)

/** A row of `run` as the driver gives it (bigint as text). */
export interface RunRow {
  id: string
  kind: string
  app_id: string
  subject_id: string
  subject_version: string
  status: number
  attempts: number
  epoch: number
  seq: number
  failure: string | null
  cancel_at: Date | null
  created_at: Date
  finished_at: Date | null
}

/** States that a run never leaves. */
export const isFinal = (state: RunState): boolean => RUN_STATUS[state] >= RUN_STATUS.cancelled

export const toRunHeader = (row: RunRow): RunHeader => {
  const state = toRunState(row.status)
  if (!state) throw new Error(`Run ${row.id} has the unknown status ${row.status}.`)
  return {
    id: row.id,
    kind: row.kind,
    appId: row.app_id,
    subjectId: row.subject_id,
    subjectVersion: row.subject_version,
    state,
    sequence: row.seq,
    attempts: row.attempts,
    failure: row.failure ?? undefined,
    cancelRequested: row.cancel_at !== null,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
  }
}
