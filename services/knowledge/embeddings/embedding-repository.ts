import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { knowledgeEmbeddings } from '../tables.ts'

/** Vectors of one base and model. */
export interface VectorsOf {
  baseId: string
  model: string
}

/** Rows read or written by one statement: a vector is kilobytes. */
const ROWS_MAX = 1_000

/** A stored vector that is used again is marked as new after this long, so that the sweep never takes what a commit on its way builds on. */
const RENEWED_AFTER_HOURS = 12
/** Nobody takes longer than the difference of the two to bring a commit to its end. */
const UNUSED_HOURS_MIN = 24

export const createEmbeddingRepository = (database: Database) => ({
  /** Stored vectors of these texts, by hash. What is not stored is left out. */
  async find({ baseId, model }: VectorsOf, textHashes: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>()
    for (let start = 0; start < textHashes.length; start += ROWS_MAX) {
      const rows = await database
        .select({ textHash: knowledgeEmbeddings.textHash, vector: knowledgeEmbeddings.vector })
        .from(knowledgeEmbeddings)
        .where(and(ofModel({ baseId, model }), among(textHashes.slice(start, start + ROWS_MAX))))
      for (const { textHash, vector } of rows) found.set(textHash, fromBytes(vector))
    }
    return found
  },

  /** Keeps old vectors that are about to be used again from being swept. */
  async renew({ baseId, model }: VectorsOf, textHashes: readonly string[]): Promise<void> {
    for (let start = 0; start < textHashes.length; start += ROWS_MAX) {
      await database
        .update(knowledgeEmbeddings)
        .set({ createdAt: sql`now()` })
        .where(
          and(
            ofModel({ baseId, model }),
            among(textHashes.slice(start, start + ROWS_MAX)),
            sql`${knowledgeEmbeddings.createdAt} < now() - make_interval(hours => ${RENEWED_AFTER_HOURS}::int)`,
          ),
        )
    }
  },

  /** Removes some vectors of models that their base has left. Returns how many. */
  async sweepModels(limit: number): Promise<number> {
    const rows = await database.execute(sql`
      delete from knowledge_embeddings where ctid = any (array(
        select e.ctid from knowledge_embeddings e join knowledge_bases b on b.id = e.base_id
        where e.model is distinct from b.vector_model and e.model is distinct from b.retrieval ->> 'embeddingModel'
        limit ${limit}::int))
      returning 1`)
    return (rows as unknown as unknown[]).length
  },

  /** Removes some old vectors of texts that no chunk of their base holds any more. Returns how many. */
  async sweepTexts(limit: number): Promise<number> {
    const rows = await database.execute(sql`
      delete from knowledge_embeddings where ctid = any (array(
        select e.ctid from knowledge_embeddings e
        where e.created_at < now() - make_interval(hours => ${UNUSED_HOURS_MIN}::int)
          and not exists (select from knowledge_chunks c where c.base_id = e.base_id and c.text_hash = e.text_hash)
        limit ${limit}::int))
      returning 1`)
    return (rows as unknown as unknown[]).length
  },

  /** Stores vectors by the hash of their text. What is there already stays. */
  async store({ baseId, model }: VectorsOf, vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    const rows = [...vectors].map(([textHash, vector]) => ({ baseId, model, textHash, vector: toBytes(vector) }))
    for (let start = 0; start < rows.length; start += ROWS_MAX) {
      await database
        .insert(knowledgeEmbeddings)
        .values(rows.slice(start, start + ROWS_MAX))
        .onConflictDoNothing()
    }
  },
})

const ofModel = ({ baseId, model }: VectorsOf) =>
  and(eq(knowledgeEmbeddings.baseId, baseId), eq(knowledgeEmbeddings.model, model))

const among = (textHashes: readonly string[]) =>
  sql`${knowledgeEmbeddings.textHash} = any(${sql.param(`{${textHashes.join(',')}}`)}::text[])`

const toBytes = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)

/** A copy: the driver's bytes may begin anywhere. */
const fromBytes = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)
