import { and, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { knowledgeRagflowDocuments, type RagflowDocumentRow } from './tables.ts'

/** Whose the documents in RAGFlow are. `appId` is the app a call acts for; undefined is root acting for none, who sees every document. */
export const createRagflowDocumentRepository = (database: Database) => ({
  async insert(row: Pick<RagflowDocumentRow, 'id' | 'appId' | 'datasetId'>): Promise<void> {
    await database.insert(knowledgeRagflowDocuments).values(row).onConflictDoNothing()
  },

  /** Of these documents, those that came through us, whoever brought them. */
  async findAll(ids: readonly string[]): Promise<RagflowDocumentRow[]> {
    if (ids.length === 0) return []
    return database
      .select()
      .from(knowledgeRagflowDocuments)
      .where(inArray(knowledgeRagflowDocuments.id, [...ids]))
  },

  /** The app's documents in these groups. */
  async listOf(appId: string | undefined, groupIds: readonly string[]): Promise<RagflowDocumentRow[]> {
    if (groupIds.length === 0) return []
    return database
      .select()
      .from(knowledgeRagflowDocuments)
      .where(
        and(
          inArray(knowledgeRagflowDocuments.groupId, [...groupIds]),
          appId === undefined ? undefined : eq(knowledgeRagflowDocuments.appId, appId),
        ),
      )
  },

  /** Puts a document into a group, where it is in none yet. Returns the group it is in now; undefined when the document is not known. */
  async enterGroup(id: string, groupId: string): Promise<string | undefined> {
    const [row] = await database
      .update(knowledgeRagflowDocuments)
      .set({ groupId: sql`coalesce(${knowledgeRagflowDocuments.groupId}, ${groupId})` })
      .where(eq(knowledgeRagflowDocuments.id, id))
      .returning({ groupId: knowledgeRagflowDocuments.groupId })
    return row?.groupId ?? undefined
  },

  /** Documents that were split but never saved. */
  async unsaved(olderThanMs: number, limit: number): Promise<RagflowDocumentRow[]> {
    const since = sql`now() - make_interval(secs => ${olderThanMs / 1000}::float8)`
    return database
      .select()
      .from(knowledgeRagflowDocuments)
      .where(and(isNull(knowledgeRagflowDocuments.groupId), lt(knowledgeRagflowDocuments.createdAt, since)))
      .limit(limit)
  },

  async delete(id: string): Promise<void> {
    await database.delete(knowledgeRagflowDocuments).where(eq(knowledgeRagflowDocuments.id, id))
  },
})

export type RagflowDocumentRepository = ReturnType<typeof createRagflowDocumentRepository>
