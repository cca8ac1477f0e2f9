import type { Logger } from '#shared/logging/logger.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Turn, takeTurns } from './start-order-policy.ts'
import type { WorkerPool } from './worker-pool.ts'

export interface OrderedBeginOptions {
  /** Those of now. */
  pools(): readonly WorkerPool[]
  logger: Logger
  clock?: Clock
}

/**
 * Lets pools begin one after the other, as their plans say. Only services wait: the processes are there and have loaded their code. A pool that
 * has begun is never held up again, whatever becomes of those before it.
 */
export interface OrderedBegin {
  /** The database is ready: all that need not wait begin at once. */
  begin(): void
  /** Something about a pool may have changed. */
  review(): void
  /** False while a pool waits for its turn. */
  hasBegun(poolName: string): boolean
  /** One line for each pool that began without one that it comes after, until that one is ready. */
  warnings(): string[]
  stop(): void
}

export const createOrderedBegin = (options: OrderedBeginOptions): OrderedBegin => {
  const { logger, clock = systemClock } = options
  const begunMs = new WeakMap<WorkerPool, number>()
  const missed: { before: string; text: string }[] = []
  let begun = false
  let stopped = false
  let cancelLook: (() => void) | undefined

  const isReady = (pool: WorkerPool) => pool.ready().length > 0

  const standingOf = (pool: WorkerPool) => ({
    ...pool.plan,
    begunMs: begunMs.get(pool),
    ready: isReady(pool),
    failed: pool.facts().condition === 'crash-loop',
  })

  const letBegin = (pool: WorkerPool, { name, without }: Turn) => {
    for (const { name: before, why } of without) {
      logger.warn({ pool: name, before, why }, 'a pool begins without one that it comes after')
      const reason = why === 'failed' ? 'has failed' : 'was not ready in time'
      missed.push({ before, text: `pool ${name} has started without pool ${before}, which ${reason}` })
    }
    begunMs.set(pool, clock.nowMs())
    pool.begin()
  }

  const review = () => {
    const pools = options.pools()
    if (!begun || stopped || pools.every((pool) => begunMs.has(pool))) return
    cancelLook?.()
    const { turns, lookAgainMs } = takeTurns(pools.map(standingOf), clock.nowMs())
    for (const turn of turns) {
      const pool = pools.find(({ plan }) => plan.name === turn.name)
      if (pool) letBegin(pool, turn)
    }
    cancelLook = lookAgainMs === undefined ? undefined : clock.after(lookAgainMs, review)
  }

  return {
    begin() {
      begun = true
      review()
    },
    review,
    hasBegun: (poolName) => begun && options.pools().every((pool) => pool.plan.name !== poolName || begunMs.has(pool)),
    warnings() {
      const ready = new Set(
        options
          .pools()
          .filter(isReady)
          .map(({ plan }) => plan.name),
      )
      return missed.filter(({ before }) => !ready.has(before)).map(({ text }) => text)
    },
    stop() {
      stopped = true
      cancelLook?.()
    },
  }
}
