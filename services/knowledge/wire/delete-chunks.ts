import { type CommitChunksDependencies, commitChunks } from '../chunks/commit-chunks.ts'
import { deleteDocument } from '../documents/delete-document.ts'
import { createDocumentRepository, type DocumentRepository } from '../documents/document-repository.ts'
import type { ChunkDelete } from './wire-models.ts'

/**
 * Deletes chunks of a document by id, or the document when no list is given; an empty list deletes nothing. What is gone already is fine: the
 * answer is the same, so that a repeated call succeeds.
 */
export const deleteChunks = async (
  dependencies: CommitChunksDependencies & { documents: DocumentRepository },
  request: ChunkDelete,
  appId: string | undefined,
): Promise<null> => {
  const document = await dependencies.documents.find(appId, request.docId)
  if (!document) return null
  if (request.chunkIds === null) {
    await deleteDocument(dependencies, document)
    return null
  }
  if (document.baseId === null || request.chunkIds.length === 0) return null
  await commitChunks(dependencies, {
    baseId: document.baseId,
    document,
    add: [],
    remove: request.chunkIds,
    after: (transaction) => createDocumentRepository(transaction).recount(document.id),
  })
  return null
}
