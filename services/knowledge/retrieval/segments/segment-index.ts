import type { Logger } from '#shared/logging/logger.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import { sweepObjects } from '#shared/objects/sweep-objects.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { IndexMovedError, IndexRebuildingError } from '../../errors.ts'
import type { IndexEngineParts, WithSequences } from '../index-engine.ts'
import type { IndexHit } from '../knowledge-index.ts'
import { createIndexedLanguageRepository } from '../languages/indexed-language-repository.ts'
import { loadLanguage } from '../languages/language-rules.ts'
import type { StemmingLanguage } from '../languages/stemming-language.ts'
import { mergeHits } from '../merge-hits.ts'
import { type BaseView, createBaseViews } from './base-views.ts'
import { buildSegment } from './build-segment.ts'
import { changeVectors } from './change-vectors.ts'
import { MERGED_CHUNKS_MAX } from './merge-policy.ts'
import { mergeSegments } from './merge-segments.ts'
import { SegmentLostError } from './open-segment-file.ts'
import { rebuildIndex } from './rebuild-index.ts'
import { type SegmentHit, searchSegments } from './search-segments.ts'
import { searchVectors } from './search-vectors.ts'
import type { Segment } from './segment.ts'
import { createSegmentRepository } from './segment-repository.ts'
import { type StoredSegment, storeSegment } from './store-segment.ts'
import { takeOverBase } from './take-over-base.ts'
import { createVectorMemory } from './vector-memory.ts'

export interface SegmentIndexDependencies {
  database: Database
  /** Holds segment files and nothing else: what the manifest does not name is swept. */
  store: ObjectStore
  logger: Logger
}

/** A file without a manifest row may belong to a commit on its way; commits take seconds. */
const SWEEP_AGE_MS_MIN = 3_600_000
const SWEEP_EVERY_MS = 600_000
/** How long a query waits for a lost index to be rebuilt before it answers "try again". */
const REBUILD_WAIT_MS_MAX = 10_000
/** Merges of one base in one round of maintenance. */
const MERGES_MAX = 20

/** The `segments` engine: see README.md, "The index". */
export const createSegmentIndex = (dependencies: SegmentIndexDependencies): IndexEngineParts => {
  const { database, store, logger } = dependencies
  const manifest = createSegmentRepository(database)
  const views = createBaseViews({ segments: manifest, store })
  const rebuilds = new Map<string, Promise<void>>()
  const vectors = createVectorMemory()
  let sweptAtMs = Date.now()

  /** One rebuild at a time per base and process. */
  const rebuild = (baseId: string, signal?: AbortSignal): Promise<void> => {
    const running = rebuilds.get(baseId)
    if (running !== undefined) return running
    const started = rebuildIndex({ database, store }, baseId, signal).finally(() => {
      rebuilds.delete(baseId)
      views.forget(baseId)
    })
    rebuilds.set(baseId, started)
    return started
  }

  /** The bases' views; an index that was lost or damaged is derived anew first. */
  const viewsOf = async (baseIds: readonly string[], signal?: AbortSignal): Promise<Map<string, BaseView>> => {
    const found = new Map<string, BaseView>()
    for (const baseId of baseIds) {
      const view = await viewOf(baseId, signal)
      if (view) found.set(baseId, view)
    }
    return found
  }

  const viewOf = async (baseId: string, signal?: AbortSignal): Promise<BaseView | undefined> => {
    try {
      return (await views.current([baseId])).get(baseId)
    } catch (error) {
      if (!(error instanceof SegmentLostError)) throw error
      logger.warn(
        { baseId, segment: error.hash, cause: String(error.cause) },
        'index file lost, rebuilding from chunks',
      )
      // Away with a damaged file, or the rebuild would take an equal one of the same name for stored.
      await store.delete(error.hash)
      const inTime = await Promise.race([rebuild(baseId).then(() => true), Bun.sleep(REBUILD_WAIT_MS_MAX)])
      signal?.throwIfAborted()
      if (!inTime) throw new IndexRebuildingError(baseId)
      return (await views.current([baseId])).get(baseId)
    }
  }

  /** What a query of either kind searches, and the way from what it finds to hits. */
  const open = async (
    query: { baseIds: string[]; scoreMin?: number; signal?: AbortSignal } & WithSequences,
    counts: (view: BaseView) => boolean = () => true,
  ) => {
    const found = await views.current(query.baseIds, query.sequences).catch(async (error: unknown) => {
      if (!(error instanceof SegmentLostError)) throw error
      return viewsOf(query.baseIds, query.signal)
    })
    query.signal?.throwIfAborted()
    const searched = [...found].filter(([, view]) => counts(view))
    const baseOf = new Map(searched.flatMap(([baseId, view]) => [...view.segments.values()].map((s) => [s, baseId])))
    const dead = searched.map(([, view]) => view.dead).filter((set) => set.size > 0)
    const byLanguage = new Map<StemmingLanguage, Segment[]>()
    for (const [, { language, segments }] of searched) {
      byLanguage.set(language, [...(byLanguage.get(language) ?? []), ...segments.values()])
    }
    return {
      segments: [...baseOf.keys()],
      /** A question has features of its own in each language, as rare as they are in the bases of that language. */
      byLanguage,
      isDead: (chunkId: number) => dead.some((set) => set.has(chunkId)),
      toHits: (hits: readonly { chunkId: number; segment: Segment; score: number }[]): IndexHit[] =>
        hits
          .filter((hit) => hit.score >= (query.scoreMin ?? 0))
          .map((hit) => ({ chunkId: hit.chunkId, score: hit.score, baseId: baseOf.get(hit.segment) ?? '' })),
    }
  }

  return {
    async prepare(baseId, chunks, signal) {
      const corpus = await manifest.corpusLengths(baseId)
      const stored: StoredSegment[] = []
      for (let start = 0; start < chunks.length; start += MERGED_CHUNKS_MAX) {
        const built = await buildSegment(chunks.slice(start, start + MERGED_CHUNKS_MAX), corpus, signal)
        stored.push(await storeSegment(store, built))
      }
      return {
        chunkCount: chunks.length,
        async publish({ transaction, baseId: publishedIn, seq }) {
          const inTransaction = createSegmentRepository(transaction)
          // Asked along with the inserts, which costs no wait of its own: what was made by another language is called off.
          const [language] = await Promise.all([
            createIndexedLanguageRepository(transaction).find(publishedIn),
            ...stored.map((segment) => inTransaction.insert(publishedIn, seq, segment)),
          ])
          if (language !== corpus.language) throw new IndexMovedError(publishedIn)
        },
      }
    },

    retract: ({ transaction, baseId, seq }, chunkIds) =>
      createSegmentRepository(transaction).bury(baseId, seq, chunkIds),

    async search(query) {
      const { byLanguage, isDead, toHits } = await open(query)
      const { text, limit, documentNumbers } = query
      const lists: SegmentHit[][] = []
      for (const [language, segments] of byLanguage) {
        const rules = await loadLanguage(language)
        lists.push(searchSegments(segments, { text, rules, limit, documentNumbers, isDead }))
      }
      return toHits(mergeHits(lists, limit))
    },

    async searchVectors(query) {
      const { segments, isDead, toHits } = await open(query, ({ vectorModel }) => {
        return vectorModel !== null && (query.model === undefined || query.model === vectorModel)
      })
      const { vector, limit, documentNumbers, signal } = query
      return toHits(await searchVectors(vectors, segments, { vector, limit, documentNumbers, isDead, signal }))
    },

    rebuild,

    async changeVectors(change, signal) {
      // A lost file is derived again first.
      await viewOf(change.baseId, signal)
      await changeVectors({ database, store }, change, signal)
    },

    // It needs nothing that is not always there.
    assertUsable: async () => undefined,

    takeOver: (base, signal) => takeOverBase({ database, store }, base, signal),

    release: ({ transaction, baseId }) => createSegmentRepository(transaction).forgetBase(baseId),

    async maintain(signal) {
      for (const baseId of await manifest.worthMerging()) {
        for (let merges = 0; merges < MERGES_MAX && !signal.aborted; merges++) {
          const view = await viewOf(baseId, signal)
          if (!view || !(await mergeSegments({ database, store }, { id: baseId, view }, signal))) break
          logger.debug({ baseId, segments: view.segments.size }, 'index segments merged')
        }
      }
      if (Date.now() - sweptAtMs < SWEEP_EVERY_MS || signal.aborted) return
      sweptAtMs = Date.now()
      await sweepObjects(store, { ageMsMin: SWEEP_AGE_MS_MIN, unreferenced: manifest.unnamed, signal })
    },
  }
}
