import { and, desc, eq, ilike, lt } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { documentConditions } from '../retrieval/document-filter-repository.ts'
import { type DocumentRow, knowledgeDocuments } from '../tables.ts'
import type { DocumentState } from './document-state.ts'

/** Which documents of a base a list shows; all parts have to hold. */
export interface DocumentListFilter {
  state?: DocumentState | undefined
  enabled?: boolean | undefined
  /** The folder and those in it. */
  folderId?: string | undefined
  tag?: string | undefined
  /** Fields with the value that each has to have. */
  metadata?: Record<string, string | number | boolean> | undefined
  /** A part of the name, in whatever case. */
  name?: string | undefined
}

export const createDocumentListRepository = (database: Database) => ({
  /** Newest first. Pass the last id of a page to get the next one. */
  async list(
    baseId: string,
    query: DocumentListFilter & { beforeId?: string | undefined; limit: number },
  ): Promise<DocumentRow[]> {
    const { state, enabled, folderId, tag, metadata, name, beforeId } = query
    const equal = Object.entries(metadata ?? {}).map(([field, equals]) => ({ field, equals }))
    const known = documentConditions(
      {
        ...(folderId === undefined ? {} : { folderIds: [folderId] }),
        ...(tag === undefined ? {} : { tagsAll: [tag] }),
        ...(equal.length === 0 ? {} : { metadata: { and: equal } }),
      },
      [baseId],
    )
    return database
      .select()
      .from(knowledgeDocuments)
      .where(
        and(
          eq(knowledgeDocuments.baseId, baseId),
          state && eq(knowledgeDocuments.state, state),
          enabled === undefined ? undefined : eq(knowledgeDocuments.enabled, enabled),
          name === undefined ? undefined : ilike(knowledgeDocuments.name, `%${escapeLike(name)}%`),
          ...known,
          beforeId ? lt(knowledgeDocuments.id, beforeId) : undefined,
        ),
      )
      .orderBy(desc(knowledgeDocuments.id))
      .limit(query.limit)
  },
})

const escapeLike = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&')
