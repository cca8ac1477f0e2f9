import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type AgentFileRow, agentFiles, conversationMessages } from '../tables.ts'

export type FileRepository = ReturnType<typeof createFileRepository>

/** SQL only. The contents are in the object store. */
export const createFileRepository = (database: Database) => ({
  async insert(row: typeof agentFiles.$inferInsert): Promise<AgentFileRow> {
    const [inserted] = await database.insert(agentFiles).values(row).returning()
    if (!inserted) throw new Error('An inserted file was not returned.')
    return inserted
  },

  /** Of one app, or of any (`undefined`, for root). */
  async find(appId: string | undefined, ids: readonly string[]): Promise<AgentFileRow[]> {
    if (ids.length === 0) return []
    return database
      .select()
      .from(agentFiles)
      .where(and(inArray(agentFiles.id, [...ids]), appId === undefined ? undefined : eq(agentFiles.appId, appId)))
  },

  async remove(id: string): Promise<void> {
    await database.delete(agentFiles).where(eq(agentFiles.id, id))
  },

  /** Deletes files from before a moment that no message names. */
  async removeUnused(before: Date): Promise<void> {
    const named = sql`exists (select 1 from ${conversationMessages} where ${conversationMessages.fileIds} @> to_jsonb(${agentFiles.id}))`
    await database.delete(agentFiles).where(and(lt(agentFiles.createdAt, before), sql`not ${named}`))
  },

  /** Of these contents, the ones that no file has. */
  async unnamedObjects(hashes: string[]): Promise<string[]> {
    const rows = await database
      .select({ content: agentFiles.contentHash, text: agentFiles.textHash })
      .from(agentFiles)
      .where(sql`${inArray(agentFiles.contentHash, hashes)} or ${inArray(agentFiles.textHash, hashes)}`)
    const named = new Set(rows.flatMap(({ content, text }) => [content, text]))
    return hashes.filter((hash) => !named.has(hash))
  },
})
