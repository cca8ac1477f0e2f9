import type { ObjectHash, ObjectStore } from './object-store.ts'

/** Objects asked about in one call of `unreferenced`. */
const BATCH_MAX = 500

/**
 * Removes objects that no row names. An object younger than `ageMsMin` stays whatever the rows say: its row may be about to be written.
 *
 * @param unreferenced of these hashes, the ones that no row names
 * @returns how many were removed
 */
export const sweepObjects = async (
  store: ObjectStore,
  options: {
    ageMsMin: number
    unreferenced: (hashes: ObjectHash[]) => Promise<ObjectHash[]>
    signal?: AbortSignal
  },
): Promise<number> => {
  let removed = 0
  const sweep = async (hashes: ObjectHash[]) => {
    for (const hash of await options.unreferenced(hashes)) {
      await store.delete(hash)
      removed += 1
    }
  }
  let batch: ObjectHash[] = []
  for await (const { hash, storedAtMs } of store.list()) {
    if (options.signal?.aborted) return removed
    if (Date.now() - storedAtMs < options.ageMsMin) continue
    batch.push(hash)
    if (batch.length < BATCH_MAX) continue
    await sweep(batch)
    batch = []
  }
  if (batch.length > 0) await sweep(batch)
  return removed
}
