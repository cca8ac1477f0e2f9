import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../../bases/base-repository.ts'
import { createChunkRepository } from '../../chunks/chunk-repository.ts'
import { createEmbeddingRepository } from '../../embeddings/embedding-repository.ts'
import type { VectorChange } from '../knowledge-index.ts'
import { openSegmentFile } from './open-segment-file.ts'
import { type QuantisedVector, quantiseVector } from './quantise-vector.ts'
import { createSegmentRepository, type ManifestRow } from './segment-repository.ts'
import { type StoredSegment, storeSegment } from './store-segment.ts'
import { withVectors } from './write-vectors.ts'

export interface ChangeVectorsDependencies {
  database: Database
  store: ObjectStore
}

/** The base is locked for as long as it takes to rewrite what was added since the last look: so many chunks at most, if there is any end to it. */
const LAST_CHUNKS_MAX = 500
const LOOKS_MAX = 10
/** Chunks whose vectors are loaded at a time, at four bytes a number. */
const CHUNKS_AT_ONCE = 1_000

/**
 * Puts segments with vectors of another model in the place of a base's segments, in one commit. Writers and merges go on meanwhile; what they added is
 * rewritten while the base is locked. Throws SegmentLostError when a file cannot be used.
 */
export const changeVectors = async (
  dependencies: ChangeVectorsDependencies,
  change: VectorChange,
  signal?: AbortSignal,
): Promise<void> => {
  const { database, store } = dependencies
  const { baseId } = change
  const rewritten = new Map<string, StoredSegment>()
  const rewrite = async (database: Database, rows: readonly ManifestRow[]) => {
    for (const { hash } of rows)
      rewritten.set(hash, await rewriteSegment({ database, store }, { ...change, hash }, signal))
  }
  const missing = async (database: Database) => {
    const { segments = [] } = (await createSegmentRepository(database).snapshot(baseId, 0)) ?? {}
    return { segments, rows: segments.filter(({ hash }) => !rewritten.has(hash)) }
  }

  for (let look = 1; look <= LOOKS_MAX; look++) {
    const { rows } = await missing(database)
    if (look > 1 && rows.reduce((sum, { chunkCount }) => sum + chunkCount, 0) <= LAST_CHUNKS_MAX) break
    await rewrite(database, rows)
  }
  await database.transaction(async (transaction) => {
    const seq = await createBaseRepository(transaction).advance(baseId)
    if (seq === undefined) return
    const { segments, rows } = await missing(transaction)
    await rewrite(transaction, rows)
    const old = segments.map(({ hash }) => hash)
    const fresh = old.flatMap((hash) => rewritten.get(hash) ?? [])
    await createSegmentRepository(transaction).replace({ baseId, seq, old, fresh })
    await change.finish({ transaction, baseId, seq })
  })
}

const rewriteSegment = async (
  { database, store }: ChangeVectorsDependencies,
  { baseId, model, hash }: VectorChange & { hash: string },
  signal: AbortSignal | undefined,
): Promise<StoredSegment> => {
  const segment = await openSegmentFile(store, hash)
  const vectors = new Map<number, QuantisedVector>()
  for (let start = 0; model !== null && start < segment.chunkCount; start += CHUNKS_AT_ONCE) {
    signal?.throwIfAborted()
    const chunkIds = [...segment.chunkIds.subarray(start, start + CHUNKS_AT_ONCE)]
    const hashes = await createChunkRepository(database).textHashes(chunkIds)
    const stored = await createEmbeddingRepository(database).find({ baseId, model }, [...new Set(hashes.values())])
    for (const [chunkId, textHash] of hashes) {
      const vector = stored.get(textHash)
      if (vector) vectors.set(chunkId, quantiseVector(vector))
    }
  }
  const [first] = vectors.values()
  const bytes = await withVectors(segment.bytes, {
    dimensions: first?.values.length ?? 0,
    vectorOf: (ordinal) => vectors.get(segment.chunkIds[ordinal] ?? 0),
    signal,
  })
  return storeSegment(store, { bytes, chunkCount: segment.chunkCount, lengths: segment.lengths })
}
