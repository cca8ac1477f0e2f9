/** The turns that requests began in this process. Turns outlive their requests; this is who waits for them when the process stops. */
export interface TurnRegistry {
  /** Aborts when turns must be given back. */
  readonly stopping: AbortSignal
  readonly size: number
  track(turn: Promise<void>): void
  /** Lets turns finish for at most `msMax`, then makes the rest give up and resolves once they did. */
  stop(msMax: number): Promise<void>
}

export const createTurnRegistry = (): TurnRegistry => {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  return {
    stopping: stopping.signal,
    get size() {
      return running.size
    },
    track(turn) {
      const tracked: Promise<void> = turn.finally(() => running.delete(tracked))
      running.add(tracked)
    },
    async stop(msMax) {
      const ended = Promise.allSettled(running)
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, msMax)
      })
      await Promise.race([ended, late])
      clearTimeout(timer)
      stopping.abort(new DOMException('The worker stops.', 'AbortError'))
      await ended
    },
  }
}
