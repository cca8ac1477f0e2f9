import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../../bases/base-repository.ts'
import { type ChunkText, createChunkRepository } from '../../chunks/chunk-repository.ts'
import { indexedText } from '../../chunks/commit-chunks.ts'
import { createEmbeddingRepository } from '../../embeddings/embedding-repository.ts'
import type { StemmingLanguage } from '../languages/stemming-language.ts'
import { buildSegment } from './build-segment.ts'
import { MERGED_CHUNKS_MAX } from './merge-policy.ts'
import { createSegmentRepository, ManifestChangedError } from './segment-repository.ts'
import { type StoredSegment, storeSegment } from './store-segment.ts'
import { FIELDS } from './text-features.ts'

/** How often a rebuild starts over because a merge changed the manifest under it. */
const ATTEMPTS_MAX = 5

/**
 * Derives a base's segments again from its chunks and their stored vectors, and puts them in place of all that were there when it began. Writers go on meanwhile:
 * their commits have segments of their own.
 */
export const rebuildIndex = async (
  { database, store }: { database: Database; store: ObjectStore },
  baseId: string,
  signal?: AbortSignal,
): Promise<void> => {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const before = await createSegmentRepository(database).snapshot(baseId, 0)
    if (before?.indexedBy !== 'segments') return
    const { seq: seqMax, vectorModel, language } = before
    const built = await buildAll({ database, store }, { baseId, seqMax, vectorModel, language }, signal)
    const done = await database
      .transaction(async (transaction) => {
        const seq = await createBaseRepository(transaction).advance(baseId)
        if (seq === undefined) return true
        const manifest = createSegmentRepository(transaction)
        await manifest.replace({ baseId, seq, old: before.segments.map(({ hash }) => hash), fresh: built })
        await manifest.forget(baseId, { seqMax: before.seq })
        return true
      })
      .catch((error: unknown) => {
        // A merge that came in between mixed old chunks into a new segment: they would count twice.
        if (error instanceof ManifestChangedError) return false
        throw error
      })
    if (done) return
  }
  throw new Error(`The manifest of base ${baseId} changed during ${ATTEMPTS_MAX} rebuilds.`)
}

const buildAll = async (
  { database, store }: { database: Database; store: ObjectStore },
  base: { baseId: string; seqMax: number; vectorModel: string | null; language: StemmingLanguage },
  signal: AbortSignal | undefined,
): Promise<StoredSegment[]> => {
  const chunks = createChunkRepository(database)
  const built: StoredSegment[] = []
  const corpus = { language: base.language, chunks: 0, lengths: FIELDS.map(() => 0) }
  let afterId = 0
  for (;;) {
    const texts = await chunks.textsOfBase(base.baseId, { seqMax: base.seqMax, afterId, limit: MERGED_CHUNKS_MAX })
    const last = texts.at(-1)
    if (!last) return built
    afterId = last.id
    const vectors = await storedVectors(database, base, texts)
    const segment = await storeSegment(
      store,
      await buildSegment(
        texts.map((chunk) => ({
          id: chunk.id,
          documentNumber: chunk.documentNumber,
          text: indexedText(chunk),
          vector: vectors.get(chunk.textHash),
        })),
        corpus,
        signal,
      ),
    )
    built.push(segment)
    corpus.chunks += segment.chunkCount
    corpus.lengths = corpus.lengths.map((sum, field) => sum + (segment.lengths[field] ?? 0))
  }
}

const storedVectors = async (
  database: Database,
  { baseId, vectorModel: model }: { baseId: string; vectorModel: string | null },
  chunks: readonly ChunkText[],
): Promise<Map<string, Float32Array>> => {
  if (model === null) return new Map()
  const textHashes = [...new Set(chunks.map(({ textHash }) => textHash))]
  return createEmbeddingRepository(database).find({ baseId, model }, textHashes)
}
