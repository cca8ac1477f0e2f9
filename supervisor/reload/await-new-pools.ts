import type { WorkerPool } from '../pool/worker-pool.ts'
import type { Place } from './batch-policy.ts'
import { ReleaseFailedError } from './errors.ts'
import { probeWorker } from './probe-worker.ts'
import type { RolledTree, RollOutTiming } from './rolled-tree.ts'

const LOOK_MS = 20

/** Waits until new pools have all their workers, asks each of them, and lets them have requests. Throws ReleaseFailedError. */
export const awaitNewPools = async (
  pools: readonly WorkerPool[],
  options: {
    tree: RolledTree
    timing: RollOutTiming
    signal: AbortSignal
    lastWords(place: Place): string | undefined
  },
): Promise<void> => {
  const { tree, timing, signal, lastWords } = options
  const deadline = Date.now() + timing.readyMsMax
  for (let missing = firstMissing(pools); missing; missing = firstMissing(pools)) {
    signal.throwIfAborted()
    const words = lastWords(missing)
    if (words || Date.now() > deadline) {
      throw new ReleaseFailedError(`${missing.pool}/${missing.slot} did not get ready: ${words ?? 'late'}`)
    }
    await Bun.sleep(LOOK_MS)
  }
  const workers = pools.flatMap((pool) => pool.ready())
  for (const worker of workers) {
    const problems = await probeWorker(worker, signal)
    if (problems.length > 0) throw new ReleaseFailedError(`${worker.id}: ${problems.join('; ')}`)
  }
  for (const worker of workers) tree.rotation.setWeight(worker, 1)
}

const firstMissing = (pools: readonly WorkerPool[]): Place | undefined => {
  for (const pool of pools) {
    const ready = new Set(pool.ready().map(({ slot }) => slot))
    for (let slot = 0; slot < pool.size; slot += 1) if (!ready.has(slot)) return { pool: pool.plan.name, slot }
  }
  return undefined
}
