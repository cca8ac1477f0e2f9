import { and, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type IndexEngine, knowledgeBases, knowledgeTombstones } from '../../tables.ts'
import type { StemmingLanguage } from '../languages/stemming-language.ts'
import { knowledgeLanceBatches, knowledgeLanceTables } from './tables.ts'

export interface LanceTableFacts {
  name: string
  dimensions: number
}

/** What a search in one base stands on, as of one commit. */
export interface LanceSnapshot {
  seq: number
  /** By whose endings the words in the rows are found. */
  language: StemmingLanguage
  /** Model that made the vectors; null: they do not count. */
  vectorModel: string | null
  /** The engine that holds the index; if it is another one, tables are none. */
  indexedBy: IndexEngine
  tables: LanceTableFacts[]
  /** Chunks that are gone, but may still be rows. */
  dead: number[]
}

const secondsAgo = (seconds: number) => sql`now() - make_interval(secs => ${seconds}::int)`

/** Which tables and batches of the `lancedb` index count. */
export const createLanceRepository = (database: Database) => ({
  /** One statement, hence one moment. Undefined when the base is gone. */
  async snapshot(baseId: string): Promise<LanceSnapshot | undefined> {
    const [row] = await database
      .select({
        seq: knowledgeBases.seq,
        language: knowledgeBases.indexedLanguage,
        vectorModel: knowledgeBases.vectorModel,
        indexedBy: knowledgeBases.indexedBy,
        tables: sql<
          LanceTableFacts[]
        >`coalesce((select json_agg(json_build_object('name', t.name, 'dimensions', t.dimensions) order by t.created_at)
          from knowledge_lance_tables t where t.base_id = ${knowledgeBases.id} and t.state = 'live'), '[]'::json)`,
        dead: sql<number[]>`coalesce((select json_agg(d.chunk_id) from knowledge_tombstones d
          where d.base_id = ${knowledgeBases.id}), '[]'::json)`,
      })
      .from(knowledgeBases)
      .where(eq(knowledgeBases.id, baseId))
    return row
  },

  /** The batches of tables that did not count yet at a commit `seq`, by table. */
  async uncounted(tables: readonly string[], seq: number): Promise<Map<string, number[]>> {
    if (tables.length === 0) return new Map()
    const rows = await database
      .select({ id: knowledgeLanceBatches.id, table: knowledgeLanceBatches.tableName })
      .from(knowledgeLanceBatches)
      .where(
        and(
          inArray(knowledgeLanceBatches.tableName, [...tables]),
          sql`(${knowledgeLanceBatches.seq} is null or ${knowledgeLanceBatches.seq} > ${seq})`,
        ),
      )
    const found = new Map<string, number[]>()
    for (const { id, table } of rows) found.set(table, [...(found.get(table) ?? []), id])
    return found
  },

  async findLive(baseId: string, dimensions: number): Promise<string | undefined> {
    const [row] = await database
      .select({ name: knowledgeLanceTables.name })
      .from(knowledgeLanceTables)
      .where(
        and(
          eq(knowledgeLanceTables.baseId, baseId),
          eq(knowledgeLanceTables.dimensions, dimensions),
          eq(knowledgeLanceTables.state, 'live'),
        ),
      )
    return row?.name
  },

  /** False when another process made such a table live first. */
  async addTable(table: LanceTableFacts & { baseId: string; state: 'building' | 'live' }): Promise<boolean> {
    const rows = await database.insert(knowledgeLanceTables).values(table).onConflictDoNothing().returning()
    return rows.length > 0
  },

  /** Tells that a table is still being filled. */
  async keepBuilding(name: string): Promise<void> {
    await database
      .update(knowledgeLanceTables)
      .set({ maintainedAt: sql`now()` })
      .where(eq(knowledgeLanceTables.name, name))
  },

  /** Puts a filled table in the place of all others of its base. False when it was given up meanwhile. */
  async makeLive(baseId: string, name: string): Promise<boolean> {
    await database
      .delete(knowledgeLanceTables)
      .where(and(eq(knowledgeLanceTables.baseId, baseId), sql`${knowledgeLanceTables.name} <> ${name}`))
    const rows = await database
      .update(knowledgeLanceTables)
      .set({ state: 'live' })
      .where(eq(knowledgeLanceTables.name, name))
      .returning({ name: knowledgeLanceTables.name })
    return rows.length > 0
  },

  async forgetTables(baseId: string): Promise<void> {
    await database.delete(knowledgeLanceTables).where(eq(knowledgeLanceTables.baseId, baseId))
  },

  async addBatch(id: number, tableName: string): Promise<void> {
    await database.insert(knowledgeLanceBatches).values({ id, tableName })
  },

  /** Makes a batch count. False when it was given up, or its table is gone. */
  async countBatch(id: number, seq: number): Promise<boolean> {
    const rows = await database
      .update(knowledgeLanceBatches)
      .set({ seq })
      .where(
        and(
          eq(knowledgeLanceBatches.id, id),
          isNull(knowledgeLanceBatches.seq),
          eq(knowledgeLanceBatches.abandoned, false),
        ),
      )
      .returning({ id: knowledgeLanceBatches.id })
    return rows.length > 0
  },

  /** Takes the live tables that nobody maintained for some time, so that one process at a time does. */
  async claimTables(restSeconds: number): Promise<(LanceTableFacts & { baseId: string })[]> {
    return database
      .update(knowledgeLanceTables)
      .set({ maintainedAt: sql`now()` })
      .where(
        and(eq(knowledgeLanceTables.state, 'live'), lt(knowledgeLanceTables.maintainedAt, secondsAgo(restSeconds))),
      )
      .returning({
        name: knowledgeLanceTables.name,
        dimensions: knowledgeLanceTables.dimensions,
        baseId: knowledgeLanceTables.baseId,
      })
  },

  async deadOf(baseId: string): Promise<number[]> {
    const rows = await database
      .select({ id: knowledgeTombstones.chunkId })
      .from(knowledgeTombstones)
      .where(eq(knowledgeTombstones.baseId, baseId))
    return rows.map(({ id }) => id)
  },

  /** Gives batches up that never came to count, and tables that nobody fills any more; returns the batches whose rows have to go. */
  async abandon(ages: { batchSeconds: number; buildingSeconds: number; rememberSeconds: number }) {
    await database
      .delete(knowledgeLanceTables)
      .where(
        and(
          eq(knowledgeLanceTables.state, 'building'),
          lt(knowledgeLanceTables.maintainedAt, secondsAgo(ages.buildingSeconds)),
        ),
      )
    await database
      .delete(knowledgeLanceBatches)
      .where(
        and(
          isNotNull(knowledgeLanceBatches.seq),
          lt(knowledgeLanceBatches.createdAt, secondsAgo(2 * ages.batchSeconds)),
        ),
      )
    const rows = await database
      .update(knowledgeLanceBatches)
      .set({ abandoned: true })
      .where(and(isNull(knowledgeLanceBatches.seq), lt(knowledgeLanceBatches.createdAt, secondsAgo(ages.batchSeconds))))
      .returning({
        id: knowledgeLanceBatches.id,
        table: knowledgeLanceBatches.tableName,
        forgotten: sql<boolean>`${knowledgeLanceBatches.createdAt} < ${secondsAgo(ages.rememberSeconds)}`,
      })
    return rows
  },

  async forgetBatches(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return
    await database.delete(knowledgeLanceBatches).where(inArray(knowledgeLanceBatches.id, [...ids]))
  },

  /** Of these tables, the ones that no base names. */
  async unnamed(names: readonly string[]): Promise<string[]> {
    if (names.length === 0) return []
    const rows = await database
      .select({ name: knowledgeLanceTables.name })
      .from(knowledgeLanceTables)
      .where(inArray(knowledgeLanceTables.name, [...names]))
    const named = new Set(rows.map(({ name }) => name))
    return names.filter((name) => !named.has(name))
  },

  async hasTables(): Promise<boolean> {
    const rows = await database.select({ name: knowledgeLanceTables.name }).from(knowledgeLanceTables).limit(1)
    return rows.length > 0
  },
})

export type LanceRepository = ReturnType<typeof createLanceRepository>
