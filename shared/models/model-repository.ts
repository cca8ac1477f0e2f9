import { and, asc, eq, gt, ne, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type ModelKind, type ModelRow, models, type NewModel } from './tables.ts'

export type { ModelKind, ModelRow, NewModel } from './tables.ts'
/** Written out, since one method hands the repository on. */
export interface ModelRepository {
  locked<Result>(work: (models: ModelRepository) => Promise<Result>): Promise<Result>
  find(name: string): Promise<ModelRow | undefined>
  list(): Promise<ModelRow[]>
  page(query: ModelPageQuery): Promise<ModelRow[]>
  savedUrls(): Promise<string[]>
  insert(row: NewModel): Promise<ModelRow | undefined>
  update(name: string, changes: Partial<NewModel>): Promise<ModelRow | undefined>
  remove(name: string): Promise<boolean>
}

export interface ModelPageQuery {
  /** '' for the first page. */
  after: string
  limit: number
  kind: ModelKind | undefined
  onlyEnabled: boolean
}

/** SQL only. Keys stay sealed. */
export const createModelRepository = (database: Database): ModelRepository => ({
  /** Runs `work` in a transaction in which nobody else changes models: for rules that concern several rows. */
  async locked<Result>(work: (models: ModelRepository) => Promise<Result>): Promise<Result> {
    return database.transaction(async (transaction) => {
      await transaction.execute(sql`lock table models in share row exclusive mode`)
      return work(createModelRepository(transaction))
    })
  },

  async find(name: string): Promise<ModelRow | undefined> {
    const [row] = await database.select().from(models).where(eq(models.name, name))
    return row
  },

  /** By name, ascending. */
  async list(): Promise<ModelRow[]> {
    return database.select().from(models).orderBy(asc(models.name))
  },

  /** By name, ascending, those after a name. */
  async page(query: ModelPageQuery): Promise<ModelRow[]> {
    return database
      .select()
      .from(models)
      .where(
        and(
          gt(models.name, query.after),
          query.kind === undefined ? undefined : eq(models.kind, query.kind),
          query.onlyEnabled ? eq(models.enabled, true) : undefined,
        ),
      )
      .orderBy(asc(models.name))
      .limit(query.limit)
  },

  /** Addresses that an administrator saved, as written, of enabled models. */
  async savedUrls(): Promise<string[]> {
    const rows = await database
      .select({ url: models.url })
      .from(models)
      .where(and(eq(models.enabled, true), ne(models.url, '')))
    return rows.map((row) => row.url)
  },

  /** Undefined when the name is taken. */
  async insert(row: NewModel): Promise<ModelRow | undefined> {
    const [inserted] = await database.insert(models).values(row).onConflictDoNothing().returning()
    return inserted
  },

  /** Undefined when no model has this name. */
  async update(name: string, changes: Partial<NewModel>): Promise<ModelRow | undefined> {
    const [updated] = await database
      .update(models)
      .set({ ...changes, updatedAt: new Date() })
      .where(eq(models.name, name))
      .returning()
    return updated
  },

  /** False when no model had this name. */
  async remove(name: string): Promise<boolean> {
    const removed = await database.delete(models).where(eq(models.name, name)).returning({ id: models.id })
    return removed.length > 0
  },
})
