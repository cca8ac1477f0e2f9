import { type CommitChunksDependencies, commitChunks } from '../chunks/commit-chunks.ts'
import type { DocumentRow } from '../tables.ts'
import { createDocumentRepository } from './document-repository.ts'

/** Removes a document and its chunks in one commit; no search finds it afterwards. An ingestion in flight finds nothing to do. */
export const deleteDocument = async (dependencies: CommitChunksDependencies, document: DocumentRow): Promise<void> => {
  if (document.baseId === null) return createDocumentRepository(dependencies.database).delete(document.id)
  await commitChunks(dependencies, {
    baseId: document.baseId,
    document,
    add: [],
    remove: 'all',
    after: (transaction) => createDocumentRepository(transaction).delete(document.id),
  })
}
