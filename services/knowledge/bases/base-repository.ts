import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { stemmingOf } from '../retrieval/languages/stemming-language.ts'
import { type BaseRow, knowledgeBases } from '../tables.ts'

type BaseSettings = Pick<BaseRow, 'language' | 'engine' | 'retrieval' | 'ocrModel' | 'keepsQueries'>

export type NewBase = Pick<BaseRow, 'id' | 'appId' | 'name' | 'description' | 'splitting'> & Partial<BaseSettings>
export type BaseChange = Partial<Pick<BaseRow, 'name' | 'description' | 'splitting'> & BaseSettings>

/**
 * `appId` is the app a call acts for: only its bases are seen. Undefined is root acting for none: every base.
 */
export const createBaseRepository = (database: Database) => ({
  /** Undefined when the id is taken. */
  async insert(row: NewBase): Promise<BaseRow | undefined> {
    // Nothing has to be embedded or moved first: what comes is embedded with this model and indexed by this engine from the first chunk on.
    const vectorModel = row.retrieval?.embeddingModel ?? null
    const [inserted] = await database
      .insert(knowledgeBases)
      .values({
        ...row,
        vectorModel,
        indexedBy: row.engine ?? 'segments',
        indexedLanguage: stemmingOf(row.language ?? 'auto'),
      })
      .onConflictDoNothing()
      .returning()
    return inserted
  },

  async find(appId: string | undefined, baseId: string): Promise<BaseRow | undefined> {
    const [row] = await database
      .select()
      .from(knowledgeBases)
      .where(and(eq(knowledgeBases.id, baseId), ownedBy(appId)))
    return row
  },

  /** By descending id, which is newest first for the ids we make. Pass the last id of a page to get the next one. */
  async list(appId: string | undefined, page: { beforeId?: string | undefined; limit: number }): Promise<BaseRow[]> {
    return database
      .select()
      .from(knowledgeBases)
      .where(and(ownedBy(appId), page.beforeId ? lt(knowledgeBases.id, page.beforeId) : undefined))
      .orderBy(desc(knowledgeBases.id))
      .limit(page.limit)
  },

  /** Changes nothing and locks the base until the transaction ends: what must be alone in a base begins with it. */
  async lock(baseId: string): Promise<BaseRow | undefined> {
    const [row] = await database.select().from(knowledgeBases).where(eq(knowledgeBases.id, baseId)).for('update')
    return row
  },

  async change(appId: string | undefined, baseId: string, change: BaseChange): Promise<BaseRow | undefined> {
    const [row] = await database
      .update(knowledgeBases)
      .set({ ...change, updatedAt: sql`now()` })
      .where(and(eq(knowledgeBases.id, baseId), ownedBy(appId)))
      .returning()
    return row
  },

  /** Removes the base with its documents, chunks and manifest. False when there was none. */
  async delete(appId: string | undefined, baseId: string): Promise<boolean> {
    const rows = await database
      .delete(knowledgeBases)
      .where(and(eq(knowledgeBases.id, baseId), ownedBy(appId)))
      .returning({ id: knowledgeBases.id })
    return rows.length > 0
  },

  /** Begins a commit: locks the base until the transaction ends and returns its new `seq`. Undefined when the base is gone. */
  async advance(baseId: string): Promise<number | undefined> {
    const [row] = await database
      .update(knowledgeBases)
      .set({ seq: sql`${knowledgeBases.seq} + 1` })
      .where(eq(knowledgeBases.id, baseId))
      .returning({ seq: knowledgeBases.seq })
    return row?.seq
  },
})

export type BaseRepository = ReturnType<typeof createBaseRepository>

const ownedBy = (appId: string | undefined) => (appId === undefined ? undefined : eq(knowledgeBases.appId, appId))
