import { GATEWAY_POOL, type PoolPlan } from './pool-layout.ts'
import type { SlotHistory } from './pool-slot.ts'
import type { WorkerPool } from './worker-pool.ts'
import type { WorkerProcess } from './worker-process.ts'

/** All pools, those of the configuration, that of the gateways, and those that were taken away and still finish. */
export interface PoolSet {
  /** Those of the configuration, in its order. */
  readonly pools: readonly WorkerPool[]
  readonly gateways: WorkerPool
  /** Gateways first. */
  all(): WorkerPool[]
  living(): WorkerProcess[]
  /** How often each slot was filled, pools that are gone included: their names may come back. */
  histories(): SlotHistory[]
  /** Starts a pool; when it begins is not decided here. */
  add(plan: PoolPlan): WorkerPool
  /** Drains a pool; it is in `all` until its last process is gone. */
  remove(name: string): Promise<void>
}

export const createPoolSet = (options: {
  plans: readonly PoolPlan[]
  histories: readonly SlotHistory[]
  createPool(plan: PoolPlan, histories: readonly SlotHistory[]): WorkerPool
}): PoolSet => {
  const { createPool } = options
  let gone = options.histories.filter(
    ({ pool }) => pool !== GATEWAY_POOL && !options.plans.some(({ name }) => name === pool),
  )
  const gateways = createPool({ name: GATEWAY_POOL, services: [], min: 1, max: 1, spare: 0 }, options.histories)
  let pools = options.plans.map((plan) => createPool(plan, options.histories))
  const leaving = new Set<WorkerPool>()

  const all = () => [gateways, ...pools, ...leaving]
  return {
    get pools() {
      return pools
    },
    gateways,
    all,
    living: () => all().flatMap((pool) => pool.living()),
    histories: () => [...all().flatMap((pool) => pool.histories()), ...gone],
    add(plan) {
      const earlier = [...leaving].filter((pool) => pool.plan.name === plan.name).flatMap((pool) => pool.histories())
      const pool = createPool(plan, [...gone, ...earlier])
      gone = gone.filter((history) => history.pool !== plan.name)
      pools = [...pools, pool]
      pool.start()
      return pool
    },
    async remove(name) {
      const pool = pools.find(({ plan }) => plan.name === name)
      if (!pool) return
      pools = pools.filter((other) => other !== pool)
      leaving.add(pool)
      await pool.drain()
      leaving.delete(pool)
      if (!pools.some(({ plan }) => plan.name === name)) gone = [...gone, ...pool.histories()]
    },
  }
}
