/** Attempts of the last ten seconds, by second. */
export interface FailureWindow {
  readonly attempts: number[]
  readonly failures: number[]
  /** The second that the newest place stands for. */
  second: number
}

export interface AttemptCounts {
  attempts: number
  failures: number
}

const SECONDS = 10

export const createFailureWindow = (): FailureWindow => ({
  attempts: new Array<number>(SECONDS).fill(0),
  failures: new Array<number>(SECONDS).fill(0),
  second: 0,
})

export const noteAttempt = (window: FailureWindow, hasFailed: boolean, nowMs: number): void => {
  const second = Math.floor(nowMs / 1_000)
  turnTo(window, second)
  const place = second % SECONDS
  window.attempts[place] = (window.attempts[place] ?? 0) + 1
  if (hasFailed) window.failures[place] = (window.failures[place] ?? 0) + 1
}

/** Adds to `counts` what is older than `secondsMin` whole seconds; 0 takes everything. */
export const addCounts = (
  counts: AttemptCounts,
  window: FailureWindow,
  { nowMs, secondsMin }: { nowMs: number; secondsMin: number },
): void => {
  const now = Math.floor(nowMs / 1_000)
  turnTo(window, now)
  for (let second = now - SECONDS + 1; second <= now - secondsMin; second += 1) {
    const place = ((second % SECONDS) + SECONDS) % SECONDS
    counts.attempts += window.attempts[place] ?? 0
    counts.failures += window.failures[place] ?? 0
  }
}

const turnTo = (window: FailureWindow, second: number): void => {
  const steps = Math.min(SECONDS, second - window.second)
  for (let step = 0; step < steps; step += 1) {
    const place = (second - step) % SECONDS
    window.attempts[place] = 0
    window.failures[place] = 0
  }
  if (steps > 0) window.second = second
}
