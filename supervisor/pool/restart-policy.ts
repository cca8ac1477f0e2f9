import type { RestartPolicy } from './pool-layout.ts'

/**
 * When a process that ended may start again. Pure: it is given the facts of the ends so far and a random number.
 *
 * The program's own failures: the first restart comes at once; then the pause is drawn evenly from 0 to 100 ms, 200 ms, 400 ms … 30 s ("full
 * jitter", after Amazon's "Exponential Backoff And Jitter"), so that many workers that died together do not come back together. A minute of health
 * forgets it. What was done to a process that worked says nothing about the next one, so it neither makes a crash loop nor a long pause.
 */
export interface DeathFacts {
  atMs: number
  /** Lived for a minute or more: the deaths before do not count towards the pause. */
  afterHealth: boolean
  blame: Blame
}

/**
 * - `own`: it failed by itself, or we had to end it because it hung or took too much memory.
 * - `outside`: it worked, and somebody else ended it by a signal: an operator, a test of endurance, the kernel for lack of memory.
 * - `outside-at-start`: the same before it was ready. When it happens at each start, it is as good as a failure of its own.
 */
export type Blame = 'own' | 'outside' | 'outside-at-start'

/** What is known about an end that nobody had asked for. */
export interface BlameFacts {
  exitCode: number | null
  signal: string | null
  wasReady: boolean
  /** We ended it ourselves, for a reason that lies in it. */
  wasEndedByUs: boolean
  /** It said goodbye: a signal such as SIGTERM, not ours, had asked it to stop. */
  saidBye: boolean
}

/** Signals that the kernel sends to a program for what it does itself. */
const OWN_SIGNALS = ['SIGSEGV', 'SIGABRT', 'SIGILL', 'SIGBUS', 'SIGFPE', 'SIGSYS', 'SIGTRAP']

export const blameFor = ({ exitCode, signal, wasReady, wasEndedByUs, saidBye }: BlameFacts): Blame => {
  if (wasEndedByUs) return 'own'
  const wasSignalled = signal !== null ? !OWN_SIGNALS.includes(signal) : exitCode === 0 && saidBye
  if (!wasSignalled) return 'own'
  return wasReady ? 'outside' : 'outside-at-start'
}

export const BACKOFF_FIRST_MS = 100
export const BACKOFF_MS_MAX = 30_000
export const HEALTHY_AFTER_MS = 60_000
/** After a death from outside: a breath when another one has just been, so that endless kills do not become an endless loop of starts. */
export const OUTSIDE_PAUSE_MS_MAX = 50
export const OUTSIDE_AT_START_PAUSE_MS_MAX = 500
const OUTSIDE_SERIES_MS = 1_000
const OUTSIDE_AT_START_ROW_MAX = 20
const SHORT_WINDOW = { ms: 30_000, deathsMax: 5 }
const LONG_WINDOW = { ms: 300_000, deathsMax: 10 }

/**
 * How long to wait after the last of these deaths, in milliseconds.
 *
 * @param random from 0 to 1
 */
export const restartPauseMs = (deaths: readonly DeathFacts[], random: number): number => {
  const last = deaths.at(-1)
  if (last?.blame === 'outside') return Math.round(random * outsidePauseMax(deaths))
  if (last?.blame === 'outside-at-start') {
    return Math.round(random * Math.min(OUTSIDE_AT_START_PAUSE_MS_MAX, backoffMax(rowOfStarts(deaths))))
  }
  return Math.round(random * Math.min(BACKOFF_MS_MAX, backoffMax(ownInARow(deaths))))
}

/**
 * More than 5 deaths in 30 s, or more than 10 in 5 minutes: starting it again gets nothing done. The second bound is for those whose pauses
 * have grown so long that 5 of them do not fit into 30 s. Deaths from outside count only when more than 20 starts in a row met one.
 */
export const isCrashLoop = (deaths: readonly DeathFacts[], nowMs: number): boolean => {
  const own = deaths.filter(({ blame }) => blame === 'own')
  return (
    countSince(own, nowMs - SHORT_WINDOW.ms) > SHORT_WINDOW.deathsMax ||
    countSince(own, nowMs - LONG_WINDOW.ms) > LONG_WINDOW.deathsMax ||
    rowOfStarts(deaths) > OUTSIDE_AT_START_ROW_MAX
  )
}

/** Deaths older than this decide nothing any more. */
export const forgetOldDeaths = <Facts extends Pick<DeathFacts, 'atMs'>>(
  deaths: readonly Facts[],
  nowMs: number,
): Facts[] => deaths.filter((death) => death.atMs > nowMs - LONG_WINDOW.ms)

/** Whether a worker that ended is to be followed by another one. `endedWell`: by itself, with code 0. */
export const mayRestart = (policy: RestartPolicy, endedWell: boolean): boolean =>
  policy === 'permanent' || (policy === 'transient' && !endedWell)

const EXIT_CONFIGURATION = 78
/**
 * It went as told because it was late (0), a backend is away, a port is taken, a signal came from outside (null): the world may change, so these
 * are never permanent.
 */
const EXITS_WORTH_ANOTHER_TRY: (number | null)[] = [0, 69, 75, null]

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

/** Of full jitter, for the n-th failure in a row. */
const backoffMax = (row: number): number => (row <= 1 ? 0 : BACKOFF_FIRST_MS * 2 ** (row - 2))

const ownInARow = (deaths: readonly DeathFacts[]): number => {
  const lastHealthy = deaths.findLastIndex((death) => death.afterHealth)
  return deaths.slice(Math.max(lastHealthy, 0)).filter(({ blame }) => blame === 'own').length
}

const rowOfStarts = (deaths: readonly DeathFacts[]): number =>
  deaths.length - 1 - deaths.findLastIndex(({ blame }) => blame !== 'outside-at-start')

const outsidePauseMax = (deaths: readonly DeathFacts[]): number => {
  const [previous, last] = deaths.slice(-2)
  return previous && last && last.atMs - previous.atMs < OUTSIDE_SERIES_MS ? OUTSIDE_PAUSE_MS_MAX : 0
}

const countSince = (deaths: readonly DeathFacts[], sinceMs: number): number =>
  deaths.filter((death) => death.atMs > sinceMs).length
