/** A bell that is heard once, also by someone who begins to listen after it rang. */
export interface WakeUp {
  ring(): void
  /** Resolves at the next ring, after `ms`, or when the signal aborts: whichever comes first. */
  wait(signal: AbortSignal, ms?: number): Promise<void>
}

export const createWakeUp = (): WakeUp => {
  let rung = false
  let hear: (() => void) | undefined
  return {
    ring() {
      rung = true
      hear?.()
    },
    async wait(signal, ms) {
      if (!rung && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
        hear = resolve
        signal.addEventListener('abort', resolve as () => void)
        await promise
        signal.removeEventListener('abort', resolve as () => void)
        clearTimeout(timer)
        hear = undefined
      }
      rung = false
    },
  }
}
