/** Requests that wait for a worker, in the order in which they came. */
export interface WaitingLine<Request, Grant> {
  readonly length: number
  /** Milliseconds since the one at the head came; 0 while nobody waits. */
  oldestWaitMs(nowMs: number): number
  /** Joins at the end. Rejects with the signal's reason when it aborts, resolves undefined when `msMax` is over. */
  wait(request: Request, options: { signal: AbortSignal; msMax: number; nowMs: number }): Promise<Grant | undefined>
  /**
   * Goes through the line from its head: what `grant` returns is given to the one who waits, what it throws is thrown at it. Undefined
   * leaves it where it is; `isFirstCome` then says whether the ones behind would fare no better, so that the look ends there.
   */
  serve(grant: (request: Request) => Grant | undefined, isFirstCome: (request: Request) => boolean): void
}

interface Place<Request, Grant> {
  request: Request
  sinceMs: number
  settle(outcome: { grant: Grant } | { error: unknown }): void
}

export const createWaitingLine = <Request, Grant>(): WaitingLine<Request, Grant> => {
  const places = new Set<Place<Request, Grant>>()

  return {
    get length() {
      return places.size
    },
    oldestWaitMs(nowMs) {
      const [oldest] = places
      return oldest ? Math.max(0, nowMs - oldest.sinceMs) : 0
    },
    wait(request, { signal, msMax, nowMs }) {
      if (signal.aborted) return Promise.reject(signal.reason)
      const { promise, resolve, reject } = Promise.withResolvers<Grant | undefined>()
      const leave = () => {
        places.delete(place)
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
      }
      const onAbort = () => {
        leave()
        reject(signal.reason)
      }
      const place: Place<Request, Grant> = {
        request,
        sinceMs: nowMs,
        settle(outcome) {
          leave()
          if ('error' in outcome) reject(outcome.error)
          else resolve(outcome.grant)
        },
      }
      const timer = setTimeout(() => {
        leave()
        resolve(undefined)
      }, msMax)
      signal.addEventListener('abort', onAbort, { once: true })
      places.add(place)
      return promise
    },
    serve(grant, isFirstCome) {
      for (const place of places) {
        try {
          const given = grant(place.request)
          if (given !== undefined) place.settle({ grant: given })
          else if (isFirstCome(place.request)) return
        } catch (error) {
          place.settle({ error })
        }
      }
    },
  }
}
