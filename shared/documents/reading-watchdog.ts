/** Measures how long a reading process lets its parent wait, and ends it when that is too long. */
export interface Watchdog {
  /** A process begins to read; `kill` ends it. */
  begin(kill: () => void): void
  /** It said something: the time until `go` is not its own. */
  pause(): void
  /** It is waited for again. @param isInPage whether its next word is due when a page is read */
  go(isInPage: boolean): void
  /** All of the time is used up. */
  readonly isOver: boolean
}

export const createWatchdog = (limits: { msMax: number; pageMsMax: number }): Watchdog => {
  let leftMs = limits.msMax
  let goneMs: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let end: () => void = () => undefined
  const pause = () => {
    clearTimeout(timer)
    if (goneMs !== undefined) leftMs -= performance.now() - goneMs
    goneMs = undefined
  }
  const go = (isInPage: boolean) => {
    goneMs = performance.now()
    timer = setTimeout(() => end(), Math.max(0, isInPage ? Math.min(leftMs, limits.pageMsMax) : leftMs))
  }
  return {
    begin(kill) {
      end = kill
      go(false)
    },
    pause,
    go,
    get isOver() {
      return leftMs <= 0
    },
  }
}
