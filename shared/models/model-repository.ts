import { and, asc, eq, ne } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type ModelRow, models, type NewModel } from './tables.ts'

export type { ModelRow } from './tables.ts'
export type ModelRepository = ReturnType<typeof createModelRepository>

/** SQL only. Keys stay sealed. */
export const createModelRepository = (database: Database) => ({
  async find(name: string): Promise<ModelRow | undefined> {
    const [row] = await database.select().from(models).where(eq(models.name, name))
    return row
  },

  /** By name, ascending. */
  async list(): Promise<ModelRow[]> {
    return database.select().from(models).orderBy(asc(models.name))
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
