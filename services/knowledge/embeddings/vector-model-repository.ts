import { and, asc, eq, gt, inArray, isNull, lt, notExists, or, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import {
  type BaseRow,
  knowledgeBases,
  knowledgeChunks,
  knowledgeDocuments,
  knowledgeEmbeddings,
  type VectorsFailure,
} from '../tables.ts'

/** A text that has no vector of a model yet. */
export interface TextWithout {
  chunkId: number
  textHash: string
  title: string
  content: string
}

/** How far a base is on its way to another model, in distinct texts. */
export interface VectorProgress {
  done: number
  total: number
}

/** What of bases tells of their vectors, and of the change from one model to another. */
export const createVectorModelRepository = (database: Database) => ({
  /** Undefined when the base is gone. */
  async find(baseId: string): Promise<BaseRow | undefined> {
    const [row] = await database.select().from(knowledgeBases).where(eq(knowledgeBases.id, baseId))
    return row
  },

  async setDimensions(baseId: string, vectorDimensions: number): Promise<void> {
    await database.update(knowledgeBases).set({ vectorDimensions }).where(eq(knowledgeBases.id, baseId))
  },

  /** Takes a base whose model is to be changed, and that nobody works on, for some time. Undefined when there is none. */
  async claim(leaseMs: number): Promise<BaseRow | undefined> {
    const [waiting] = await database
      .select({ id: knowledgeBases.id })
      .from(knowledgeBases)
      .where(and(isChanging, isFree))
      .limit(1)
    if (!waiting) return undefined
    const [claimed] = await database
      .update(knowledgeBases)
      .set({ vectorsLeasedUntil: from(leaseMs) })
      .where(and(eq(knowledgeBases.id, waiting.id), isChanging, isFree))
      .returning()
    return claimed
  },

  /** Has the base for longer. False when its model is to be another one by now, or it is gone. */
  async renew(baseId: string, { model, leaseMs }: { model: string | null; leaseMs: number }): Promise<boolean> {
    const rows = await database
      .update(knowledgeBases)
      .set({ vectorsLeasedUntil: from(leaseMs) })
      .where(and(eq(knowledgeBases.id, baseId), sql`${wanted} is not distinct from ${model}::text`))
      .returning({ id: knowledgeBases.id })
    return rows.length > 0
  },

  /** Gives the base back: at once, or to be tried again after some time, with the reason why. */
  async release(baseId: string, failed?: { failure: VectorsFailure; retryMs: number }): Promise<void> {
    await database
      .update(knowledgeBases)
      .set(
        failed
          ? { vectorsFailure: failed.failure, vectorsLeasedUntil: from(failed.retryMs) }
          : { vectorsLeasedUntil: null },
      )
      .where(eq(knowledgeBases.id, baseId))
  },

  /** Makes a base whose change failed, or was to become another, due at once. */
  async retry(baseId: string): Promise<void> {
    await database
      .update(knowledgeBases)
      .set({ vectorsFailure: null, vectorsLeasedUntil: null })
      .where(eq(knowledgeBases.id, baseId))
  },

  /** From here on searches use this model: inside the commit that changes the index. */
  async settle(
    baseId: string,
    { model, dimensions }: { model: string | null; dimensions: number | null },
  ): Promise<void> {
    await database
      .update(knowledgeBases)
      .set({ vectorModel: model, vectorDimensions: dimensions, vectorsFailure: null, vectorsLeasedUntil: null })
      .where(eq(knowledgeBases.id, baseId))
  },

  /** Chunks of a base that a search may find and whose text has no vector of the model yet, by ascending id from after one. */
  async without(
    of: { baseId: string; model: string },
    page: { afterId: number; limit: number },
  ): Promise<TextWithout[]> {
    return database
      .select({
        chunkId: knowledgeChunks.id,
        textHash: knowledgeChunks.textHash,
        title: knowledgeChunks.title,
        content: knowledgeChunks.content,
      })
      .from(knowledgeChunks)
      .innerJoin(knowledgeDocuments, eq(knowledgeDocuments.id, knowledgeChunks.documentId))
      .where(
        and(
          isVisibleIn(of.baseId),
          gt(knowledgeChunks.id, page.afterId),
          notExists(
            database
              .select({ one: sql`1` })
              .from(knowledgeEmbeddings)
              .where(and(isVectorOf(of.model), isOfText)),
          ),
        ),
      )
      .orderBy(asc(knowledgeChunks.id))
      .limit(page.limit)
  },

  /** Numbers in the stored vectors of a model; null when there are none. */
  async dimensions({ baseId, model }: { baseId: string; model: string }): Promise<number | null> {
    const [row] = await database
      .select({ bytes: sql<number>`octet_length(${knowledgeEmbeddings.vector})` })
      .from(knowledgeEmbeddings)
      .where(and(eq(knowledgeEmbeddings.baseId, baseId), isVectorOf(model)))
      .limit(1)
    return row ? row.bytes / Float32Array.BYTES_PER_ELEMENT : null
  },

  /** Of those of these bases that are on their way to another model than null. */
  async progress(baseIds: readonly string[]): Promise<Map<string, VectorProgress>> {
    if (baseIds.length === 0) return new Map()
    const rows = await database
      .select({
        baseId: knowledgeChunks.baseId,
        total: sql<number>`count(distinct ${knowledgeChunks.textHash})::int`,
        done: sql<number>`count(distinct ${knowledgeEmbeddings.textHash})::int`,
      })
      .from(knowledgeChunks)
      .innerJoin(knowledgeDocuments, eq(knowledgeDocuments.id, knowledgeChunks.documentId))
      .innerJoin(knowledgeBases, eq(knowledgeBases.id, knowledgeChunks.baseId))
      .leftJoin(knowledgeEmbeddings, and(sql`${knowledgeEmbeddings.model} = ${wanted}`, isOfText))
      .where(and(inArray(knowledgeChunks.baseId, [...baseIds]), knowledgeChunks.enabled, knowledgeDocuments.enabled))
      .groupBy(knowledgeChunks.baseId)
    return new Map(rows.map(({ baseId, done, total }) => [baseId, { done, total }]))
  },
})

/** The model that the owner of a base wants. */
const wanted = sql`${knowledgeBases.retrieval} ->> 'embeddingModel'`
const isChanging = sql`${knowledgeBases.vectorModel} is distinct from ${wanted}`
const isFree = or(isNull(knowledgeBases.vectorsLeasedUntil), lt(knowledgeBases.vectorsLeasedUntil, sql`now()`))

const from = (ms: number) => sql`now() + make_interval(secs => ${ms / 1000}::float8)`

const isVisibleIn = (baseId: string) =>
  and(eq(knowledgeChunks.baseId, baseId), knowledgeChunks.enabled, knowledgeDocuments.enabled)

const isVectorOf = (model: string) => eq(knowledgeEmbeddings.model, model)

const isOfText = and(
  eq(knowledgeEmbeddings.baseId, knowledgeChunks.baseId),
  eq(knowledgeEmbeddings.textHash, knowledgeChunks.textHash),
)
