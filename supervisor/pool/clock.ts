/** Time as the pools see it: the real one, or one that a test turns by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Calls back once, `ms` from now, unless what it returns is called before. */
  after(ms: number, action: () => void): () => void
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms)
    return () => clearTimeout(timer)
  },
}
