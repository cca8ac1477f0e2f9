import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { copyChunks } from '../copy-chunks.ts'
import type { TakenBase } from '../index-engine.ts'
import { buildSegment } from './build-segment.ts'
import { createSegmentRepository } from './segment-repository.ts'
import { type StoredSegment, storeSegment } from './store-segment.ts'
import { FIELDS } from './text-features.ts'

/**
 * Writes the segments of a base whose index another engine holds, or was made by another language, and makes them count instead.
 *
 * @param base `finish` runs in the commit from which on they do
 */
export const takeOverBase = async (
  { database, store }: { database: Database; store: ObjectStore },
  { baseId, language, finish }: TakenBase,
  signal?: AbortSignal,
): Promise<void> => {
  const built: StoredSegment[] = []
  const corpus = { language, chunks: 0, lengths: FIELDS.map(() => 0) }
  await copyChunks(database, {
    baseId,
    signal,
    async write(chunks) {
      const segment = await storeSegment(store, await buildSegment(chunks, corpus, signal))
      built.push(segment)
      corpus.chunks += segment.chunkCount
      corpus.lengths = corpus.lengths.map((sum, field) => sum + (segment.lengths[field] ?? 0))
    },
    async finish(commit, strays) {
      const { transaction, seq } = commit
      const manifest = createSegmentRepository(transaction)
      await manifest.replaceAll({ baseId, seq, fresh: built })
      await manifest.forget(baseId, { seqMax: seq })
      await manifest.bury(baseId, seq, strays)
      await finish(commit)
    },
  })
}
