import { sql } from 'drizzle-orm'
import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Documents that clients of the wire put into RAGFlow: whose they are, because RAGFlow itself knows only one owner for all. */
export const knowledgeRagflowDocuments = pgTable(
  'knowledge_ragflow_documents',
  {
    /** RAGFlow's id. */
    id: text().primaryKey(),
    /** Owner. Empty for one that root brought without an app. */
    appId: text().notNull(),
    /** The group its chunks were saved into; null until then. */
    groupId: text(),
    datasetId: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('knowledge_ragflow_documents_by_group').on(table.groupId, table.appId),
    index('knowledge_ragflow_documents_unsaved').on(table.createdAt).where(sql`group_id is null`),
  ],
)

export type RagflowDocumentRow = typeof knowledgeRagflowDocuments.$inferSelect
