/** Lets at most `slotsMax` tasks run at once; the others wait in order. */
export const createSandboxSlots = (slotsMax: number) => {
  let free = slotsMax
  const waiting: (() => void)[] = []

  const release = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  const acquire = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    if (free > 0) {
      free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const take = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        waiting.splice(waiting.indexOf(take), 1)
        reject(signal.reason)
      }
      waiting.push(take)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  return {
    async use<Result>(signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
      await acquire(signal)
      try {
        return await task()
      } finally {
        release()
      }
    },
  }
}
