import { asc, eq, gt, inArray } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type ModelBudgetRow, modelBudgets, type NewModelBudget } from '../tables.ts'

export type { ModelBudgetRow } from '../tables.ts'
export type BudgetRepository = ReturnType<typeof createBudgetRepository>

/** Names the budget of every app that has none of its own. */
export const EVERY_APP = '*'

/** SQL only. */
export const createBudgetRepository = (database: Database) => ({
  /** By app, ascending. */
  async list(page: { after: string; limit: number }): Promise<ModelBudgetRow[]> {
    return database
      .select()
      .from(modelBudgets)
      .where(gt(modelBudgets.appId, page.after))
      .orderBy(asc(modelBudgets.appId))
      .limit(page.limit)
  },

  async find(appId: string): Promise<ModelBudgetRow | undefined> {
    const [row] = await database.select().from(modelBudgets).where(eq(modelBudgets.appId, appId))
    return row
  },

  /** The app's own, or the one of every app. */
  async findFor(appId: string): Promise<ModelBudgetRow | undefined> {
    const rows = await database
      .select()
      .from(modelBudgets)
      .where(inArray(modelBudgets.appId, [appId, EVERY_APP]))
    return rows.find((row) => row.appId === appId) ?? rows[0]
  },

  /** Replaces the whole budget. */
  async save(row: NewModelBudget): Promise<ModelBudgetRow> {
    const { appId: _, ...changes } = row
    const [saved] = await database
      .insert(modelBudgets)
      .values(row)
      .onConflictDoUpdate({ target: modelBudgets.appId, set: { ...changes, updatedAt: new Date() } })
      .returning()
    if (!saved) throw new Error('The database returned no budget.')
    return saved
  },

  /** False when there was none. */
  async remove(appId: string): Promise<boolean> {
    const removed = await database
      .delete(modelBudgets)
      .where(eq(modelBudgets.appId, appId))
      .returning({ appId: modelBudgets.appId })
    return removed.length > 0
  },
})
