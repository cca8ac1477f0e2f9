/**
 * When a process that died may start again. Pure: it is given the times of earlier deaths and a random number.
 *
 * The first restart comes at once; then the pause is drawn evenly from 0 to 100 ms, 200 ms, 400 ms … 30 s ("full jitter", after
 * Amazon's "Exponential Backoff And Jitter"), so that many workers that died together do not come back together. A minute of health forgets it.
 */
export interface DeathFacts {
  atMs: number
  /** Lived for a minute or more: the deaths before do not count towards the pause. */
  afterHealth: boolean
}

export const BACKOFF_FIRST_MS = 100
export const BACKOFF_MS_MAX = 30_000
export const HEALTHY_AFTER_MS = 60_000
const SHORT_WINDOW = { ms: 30_000, deathsMax: 5 }
const LONG_WINDOW = { ms: 300_000, deathsMax: 10 }

/** @param random from 0 to 1 */
export const restartPauseMs = (deaths: readonly DeathFacts[], random: number): number => {
  const row = deathsInARow(deaths)
  if (row <= 1) return 0
  return Math.round(random * Math.min(BACKOFF_MS_MAX, BACKOFF_FIRST_MS * 2 ** (row - 2)))
}

/**
 * More than 5 deaths in 30 s, or more than 10 in 5 minutes: starting it again gets nothing done. The second bound is for those whose pauses
 * have grown so long that 5 of them do not fit into 30 s.
 */
export const isCrashLoop = (deaths: readonly DeathFacts[], nowMs: number): boolean =>
  countSince(deaths, nowMs - SHORT_WINDOW.ms) > SHORT_WINDOW.deathsMax ||
  countSince(deaths, nowMs - LONG_WINDOW.ms) > LONG_WINDOW.deathsMax

/** Deaths older than this decide nothing any more. */
export const forgetOldDeaths = <Facts extends DeathFacts>(deaths: readonly Facts[], nowMs: number): Facts[] =>
  deaths.filter((death) => death.atMs > nowMs - LONG_WINDOW.ms)

const EXIT_CONFIGURATION = 78
/** A backend is away, a port is taken, a signal came from outside (null): the world may change, so these are never permanent. */
const EXITS_WORTH_ANOTHER_TRY: (number | null)[] = [69, 75, null]

export interface StartFailure {
  exitCode: number | null
  reason: string
}

/**
 * True when another try would end the same way: the process said that its configuration is wrong, or it died twice in a row before it
 * was ready, with the same words.
 */
export const isPermanentFailure = (failure: StartFailure, previous: StartFailure | undefined): boolean =>
  failure.exitCode === EXIT_CONFIGURATION ||
  (previous !== undefined &&
    !EXITS_WORTH_ANOTHER_TRY.includes(failure.exitCode) &&
    previous.exitCode === failure.exitCode &&
    previous.reason === failure.reason)

const deathsInARow = (deaths: readonly DeathFacts[]): number => {
  const lastHealthy = deaths.findLastIndex((death) => death.afterHealth)
  return lastHealthy < 0 ? deaths.length : deaths.length - lastHealthy
}

const countSince = (deaths: readonly DeathFacts[], sinceMs: number): number =>
  deaths.filter((death) => death.atMs > sinceMs).length
