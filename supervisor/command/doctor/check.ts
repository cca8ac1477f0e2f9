import type { Settings } from '#shared/config/settings.ts'

/** What one check found. */
export interface CheckResult {
  name: string
  /** `warning`: works, but not as it should. `failure`: Orrery cannot start or run like this. */
  outcome: 'ok' | 'warning' | 'failure'
  detail: string
  /** What to do; empty when there is nothing to do. */
  remedy: string
  /** What a start would end with because of it. */
  exitCode: number
}

/** What every check is given. */
export interface CheckFacts {
  settings: Settings
  /** Absolute; may not exist yet. */
  dataDirectory: string
  /** Process id of the Orrery that runs on this data directory. */
  runningPid: number | undefined
  signal: AbortSignal
}

export const ok = (name: string, detail: string): CheckResult => ({
  name,
  outcome: 'ok',
  detail,
  remedy: '',
  exitCode: 0,
})

export const warning = (name: string, detail: string, remedy: string): CheckResult => ({
  ...ok(name, detail),
  outcome: 'warning',
  remedy,
})

export const failure = (name: string, found: { detail: string; remedy: string; exitCode: number }): CheckResult => ({
  name,
  outcome: 'failure',
  ...found,
})
