/** Lets at most `limit` pieces of work run at once; the others wait in line. */
export const createCallSlots = (limit: number) => {
  let free = limit
  const waiting: (() => void)[] = []

  const take = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    if (free > 0) {
      free -= 1
      return
    }
    const turn = Promise.withResolvers<void>()
    waiting.push(turn.resolve)
    const leave = () => {
      const place = waiting.indexOf(turn.resolve)
      if (place < 0) return
      waiting.splice(place, 1)
      turn.reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    await turn.promise.finally(() => signal.removeEventListener('abort', leave))
  }
  const release = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  /** Throws the signal's reason when it aborts before the work's turn. */
  return async <Answer>(signal: AbortSignal, work: () => Promise<Answer>): Promise<Answer> => {
    await take(signal)
    try {
      return await work()
    } finally {
      release()
    }
  }
}
