import { gatherCalls } from '../ingestion/gather-calls.ts'
import type { DocumentRepository, NewDocument, RunSubject } from './document-repository.ts'

/** Rows of one statement. */
const TOGETHER_MAX = 64

/**
 * The same documents, but what many uploads ask for at the same time, each by itself, is asked for in one statement: the row of a new document, and the name of its
 * run. Not for use inside of transactions.
 */
export const gatherDocuments = (documents: DocumentRepository): DocumentRepository => {
  const insert = gatherCalls({
    keyOf: () => '',
    itemsMax: TOGETHER_MAX,
    async perform(rows: readonly NewDocument[]) {
      const inserted = await documents.insertAll(rows)
      const byId = new Map(inserted.map((row) => [row.id, row]))
      return rows.map(({ id }) => byId.get(id))
    },
  })
  const noteQueued = gatherCalls({
    keyOf: () => '',
    itemsMax: TOGETHER_MAX,
    async perform(subjects: readonly RunSubject[]) {
      await documents.noteQueued(subjects)
      return subjects
    },
  })
  return {
    ...documents,
    insert,
    async noteQueued(subjects) {
      await Promise.all(subjects.map(noteQueued))
    },
  }
}
