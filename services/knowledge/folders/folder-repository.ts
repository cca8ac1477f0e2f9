import { and, count, eq, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { knowledgeDocuments, knowledgeFolders } from '../tables.ts'

export type FolderRow = typeof knowledgeFolders.$inferSelect

export const createFolderRepository = (database: Database) => ({
  /** All of a base, in no order. */
  async list(baseId: string): Promise<FolderRow[]> {
    return database.select().from(knowledgeFolders).where(eq(knowledgeFolders.baseId, baseId))
  },

  /** How many documents lie in each folder itself, by its id. */
  async documentCounts(baseId: string): Promise<Map<string, number>> {
    const rows = await database
      .select({ folderId: knowledgeDocuments.folderId, documents: count() })
      .from(knowledgeDocuments)
      .where(eq(knowledgeDocuments.baseId, baseId))
      .groupBy(knowledgeDocuments.folderId)
    return new Map(rows.flatMap(({ folderId, documents }) => (folderId === null ? [] : [[folderId, documents]])))
  },

  /** The folder, which stays there until the transaction ends. Undefined when the base has no such folder. */
  async hold(baseId: string, folderId: string): Promise<FolderRow | undefined> {
    const [row] = await database
      .select()
      .from(knowledgeFolders)
      .where(and(eq(knowledgeFolders.id, folderId), eq(knowledgeFolders.baseId, baseId)))
      .for('key share')
    return row
  },

  /** Undefined when the name is taken in that place. */
  async insert(row: Pick<FolderRow, 'id' | 'baseId' | 'parentId' | 'name'>): Promise<FolderRow | undefined> {
    const [inserted] = await database.insert(knowledgeFolders).values(row).onConflictDoNothing().returning()
    return inserted
  },

  async change(
    folderId: string,
    change: Partial<Pick<FolderRow, 'parentId' | 'name'>>,
  ): Promise<FolderRow | undefined> {
    const [row] = await database
      .update(knowledgeFolders)
      .set({ ...change, updatedAt: sql`now()` })
      .where(eq(knowledgeFolders.id, folderId))
      .returning()
    return row
  },

  /** With the folders in it; their documents come to the top of the base. */
  async delete(folderId: string): Promise<void> {
    await database.delete(knowledgeFolders).where(eq(knowledgeFolders.id, folderId))
  },
})
