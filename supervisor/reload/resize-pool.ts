import type { Governor } from '../governor/governor.ts'
import { GATEWAY_POOL } from '../pool/pool-layout.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import { PoolUnknownError, SizeOutOfRangeError, WorkerKeptError } from './errors.ts'
import type { RolledTree } from './rolled-tree.ts'

export interface PoolOperations {
  /**
   * Gives a pool so many workers, and lets one that was drained have requests again. Resolves with how many are ready once all are, or after
   * RESIZE_MS_MAX. Throws PoolUnknownError, SizeOutOfRangeError.
   */
  scale(name: string, count: number, progress?: Progress): Promise<{ count: number; ready: number }>
  /**
   * Takes all workers of a pool out of rotation; they stay, and finish what they have. Resolves once they have, or after the time for draining,
   * with how many requests are left. Throws PoolUnknownError.
   */
  drain(name: string, progress?: Progress): Promise<{ left: number }>
  /** Replaces one worker, or a gateway. Throws PoolUnknownError, WorkerKeptError; false when there is no such slot. */
  replace(name: string, slot: number): Promise<boolean>
  /** What an operator did that is not the rule, one sentence each. */
  remarks(): string[]
}

type Progress = (text: string) => void

const RESIZE_MS_MAX = 60_000
const LOOK_MS = 50
/** What workers tell of their requests is as old as their last heartbeat. */
const FACTS_AGE_MS_MAX = 700

export const createPoolOperations = (options: {
  tree: RolledTree
  governor: Pick<Governor, 'holdFloor'>
  drainMsMax(): number
  signal: AbortSignal
}): PoolOperations => {
  const { tree, governor, signal } = options

  const find = (name: string): WorkerPool => {
    const pool = tree.pools.find(({ plan }) => plan.name === name)
    if (pool) return pool
    throw new PoolUnknownError(
      name,
      tree.pools.map(({ plan }) => plan.name),
    )
  }

  /** Looks until `isDone`, or for `msMax`. */
  const look = async (isDone: () => boolean, msMax: number) => {
    const deadline = Date.now() + msMax
    while (!signal.aborted && Date.now() < deadline && !isDone()) await Bun.sleep(LOOK_MS)
  }

  return {
    async scale(name, count, progress) {
      const pool = find(name)
      const { min, max } = pool.plan
      if (!Number.isInteger(count) || count < min || count > max)
        throw new SizeOutOfRangeError({ name, min, max }, count)
      tree.rotation.letIn(name)
      const size = pool.scale(count)
      governor.holdFloor(name, size)
      let told = -1
      await look(() => {
        const ready = pool.ready().length
        if (ready !== told) progress?.(`${ready} of ${size} workers of ${name} are ready`)
        told = ready
        return ready === size && pool.living().length <= ready + pool.plan.spare
      }, RESIZE_MS_MAX)
      return { count: size, ready: pool.ready().length }
    },
    async drain(name, progress) {
      const pool = find(name)
      tree.rotation.holdOut(name)
      await look(() => false, FACTS_AGE_MS_MAX)
      const left = () => pool.living().reduce((sum, worker) => sum + busyness(worker.facts(Date.now())), 0)
      let told = -1
      await look(() => {
        if (left() !== told) progress?.(`${left()} requests are left in ${name}`)
        told = left()
        return told === 0
      }, options.drainMsMax())
      return { left: left() }
    },
    async replace(name, slot) {
      const replacement = (name === GATEWAY_POOL ? tree.gateways : find(name)).replace(slot, {
        reason: 'asked for',
        signal,
      })
      if (!replacement) return false
      if ((await replacement) === 'kept') throw new WorkerKeptError(`${name}/${slot}`)
      return true
    },
    remarks: () =>
      tree.rotation
        .heldOut()
        .map((name) => `the pool ${name} is drained: orrery scale or orrery reload lets it have requests again`),
  }
}

/** Streams are among what is in flight. */
const busyness = ({ inFlight, streams }: { inFlight: number; streams: number }): number => Math.max(inFlight, streams)
