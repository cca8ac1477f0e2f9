/** Small documents that one worker has claimed at the same time. */
const SMALL_MAX = 64

/** What a run turned out to be: `small` ones are read and committed together, `large` ones take turns. */
export type IngestionSize = 'small' | 'large'

/** The place of one run. Give it up when the run ends. */
export interface IngestionPlace extends Disposable {
  /** Tells what the run is; of a large one it resolves when it has its turn. Rejects with the reason of the signal. */
  take(size: IngestionSize, signal: AbortSignal): Promise<void>
}

/**
 * How many runs a worker may hold. What a run is shows only after it was claimed, and a large one that waits for its turn here is kept from other workers that
 * are idle. So few are claimed first; as long as all of them are small, twice as many the next time; after a large one few again.
 *
 * ```
 *   opened --take('small')--> small --+
 *      |                              +--> given up
 *      +--take('large')--> waiting --> large
 * ```
 *
 * A suspect, whose run did not come to its end before, takes turns like a large one: if it kills the process, few others are killed with it.
 */
export const createIngestionPlaces = ({ largeMax, onFree }: { largeMax: number; onFree: () => void }) => {
  const held = { opened: 0, small: 0, waiting: 0, large: 0 }
  const turns: (() => void)[] = []
  let smallInARow = 0

  const giveTurns = () => {
    while (held.large < largeMax) {
      const next = turns.shift()
      if (!next) return
      next()
    }
  }

  return {
    /** Runs that may be held now: as many as are, when there is room for none. */
    runsMax(): number {
      const all = held.opened + held.small + held.waiting + held.large
      const free = largeMax - held.large + smallInARow - held.small
      const isFull = held.opened > 0 || held.large + held.waiting >= largeMax || held.small > 0
      return isFull ? all : all + Math.min(free, SMALL_MAX - held.small)
    },

    open({ isSuspect }: { isSuspect: boolean }): IngestionPlace {
      let is: keyof typeof held | undefined = 'opened'
      held.opened += 1
      const become = (now: keyof typeof held | undefined) => {
        if (is) held[is] -= 1
        is = now
        if (now) held[now] += 1
        giveTurns()
        onFree()
      }
      return {
        async take(size, signal) {
          signal.throwIfAborted()
          if (size === 'small' && !isSuspect) {
            smallInARow = Math.min(smallInARow + 1, SMALL_MAX)
            become('small')
            return
          }
          smallInARow = 0
          if (held.large < largeMax) return become('large')
          become('waiting')
          await new Promise<void>((resolve, reject) => {
            const leave = () => {
              turns.splice(turns.indexOf(begin), 1)
              reject(signal.reason)
            }
            const begin = () => {
              signal.removeEventListener('abort', leave)
              if (is) held[is] -= 1
              is = 'large'
              held.large += 1
              resolve()
            }
            turns.push(begin)
            signal.addEventListener('abort', leave, { once: true })
          })
        },
        [Symbol.dispose]: () => become(undefined),
      }
    },
  }
}
