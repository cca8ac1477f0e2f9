import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../../bases/base-repository.ts'
import { createChunkRepository } from '../../chunks/chunk-repository.ts'
import { indexedText } from '../../chunks/commit-chunks.ts'
import type { BaseView } from './base-views.ts'
import { buildSegment } from './build-segment.ts'
import { chooseMerge } from './merge-policy.ts'
import type { QuantisedVector } from './quantise-vector.ts'
import { type Segment, vectorAt } from './segment.ts'
import { createSegmentRepository, ManifestChangedError } from './segment-repository.ts'
import { storeSegment } from './store-segment.ts'

export interface MergeSegmentsDependencies {
  database: Database
  store: ObjectStore
}

/**
 * Replaces some of a base's segments by one without their dead chunks, as the policy chooses. The texts come from PostgreSQL, the vectors from
 * the old files. Two processes may merge one base at once: the second to commit finds its sources gone and changes nothing.
 *
 * @returns false when there was nothing to merge or somebody else was faster
 */
export const mergeSegments = async (
  dependencies: MergeSegmentsDependencies,
  base: { id: string; view: BaseView },
  signal?: AbortSignal,
): Promise<boolean> => {
  const { database, store } = dependencies
  const { segments, dead } = base.view
  const sources = chooseMerge(
    [...segments].map(([hash, { chunkCount, chunkIds }]) => ({
      hash,
      chunkCount,
      deadCount: dead.size === 0 ? 0 : chunkIds.filter((id) => dead.has(id)).length,
    })),
  ).map(({ hash }) => hash)
  if (sources.length === 0) return false

  const chunkIds = sources.flatMap((hash) => [...(segments.get(hash)?.chunkIds ?? [])])
  const texts = await createChunkRepository(database).texts(chunkIds)
  const alive = new Set(texts.map(({ id }) => id))
  const corpus = await createSegmentRepository(database).corpusLengths(base.id)
  const vectors = vectorsIn(sources.flatMap((hash) => segments.get(hash) ?? []))
  const built = await buildSegment(
    texts.map((chunk) => ({
      id: chunk.id,
      documentNumber: chunk.documentNumber,
      text: indexedText(chunk),
      vector: vectors.get(chunk.id),
    })),
    // The sources are counted in it too: their chunks are the ones being written, so only the averages matter.
    corpus,
    signal,
  )
  const segment = built.chunkCount === 0 ? undefined : await storeSegment(store, built)

  return database
    .transaction(async (transaction) => {
      const seq = await createBaseRepository(transaction).advance(base.id)
      if (seq === undefined) return false
      const manifest = createSegmentRepository(transaction)
      await manifest.replace({
        baseId: base.id,
        seq,
        old: sources,
        fresh: segment === undefined ? [] : [segment],
      })
      // A chunk deleted after its text was read stays buried: the new file holds it.
      await manifest.forget(base.id, { chunkIds: chunkIds.filter((id) => !alive.has(id)) })
      return true
    })
    .catch((error: unknown) => {
      if (error instanceof ManifestChangedError) return false
      throw error
    })
}

/** Vectors of the chunks of segments, by chunk id. */
const vectorsIn = (segments: readonly Segment[]): Map<number, QuantisedVector> => {
  const vectors = new Map<number, QuantisedVector>()
  for (const segment of segments) {
    for (const [ordinal, chunkId] of segment.chunkIds.entries()) {
      const vector = vectorAt(segment, ordinal)
      if (vector) vectors.set(chunkId, vector)
    }
  }
  return vectors
}
