import { stopOrder } from './start-order-policy.ts'
import type { WorkerPool } from './worker-pool.ts'

/** Drains pools, each once those that come after it are gone; those that wait for nobody at once. `drain` is called once for each. */
export const drainInOrder = async (
  pools: readonly WorkerPool[],
  drain: (pool: WorkerPool) => Promise<void>,
): Promise<void> => {
  const order = stopOrder(pools.map(({ plan }) => plan))
  const gone = new Map<string, Promise<void>>()

  const drainInTurn = async (pool: WorkerPool): Promise<void> => {
    const later = order.get(pool.plan.name) ?? []
    if (later.length > 0) await Promise.all(pools.filter(({ plan }) => later.includes(plan.name)).map(goneOnce))
    await drain(pool)
  }
  const goneOnce = (pool: WorkerPool): Promise<void> => {
    const going = gone.get(pool.plan.name) ?? drainInTurn(pool)
    gone.set(pool.plan.name, going)
    return going
  }
  await Promise.all(pools.map(goneOnce))
}
