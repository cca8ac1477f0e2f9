import type { CommitChunksDependencies } from '../chunks/commit-chunks.ts'
import { deleteDocument } from '../documents/delete-document.ts'
import { createDocumentListRepository } from '../documents/document-list-repository.ts'
import { FolderNotFoundError } from './folder-errors.ts'
import { createFolderRepository } from './folder-repository.ts'

/** Documents asked for at a time. */
const BATCH_MAX = 100

/**
 * Removes a folder with the folders in it. Its documents come to the top of the base, or are deleted with it one by one: when that is cut off,
 * the folder and the rest of them stay, and the same call goes on from there. Throws FolderNotFoundError.
 */
export const deleteFolder = async (
  dependencies: CommitChunksDependencies,
  { baseId, folderId, documents }: { baseId: string; folderId: string; documents: 'keep' | 'delete' },
  signal: AbortSignal,
): Promise<void> => {
  const { database } = dependencies
  const folders = createFolderRepository(database)
  if (!(await folders.hold(baseId, folderId))) throw new FolderNotFoundError(folderId)
  while (documents === 'delete') {
    const inside = await createDocumentListRepository(database).list(baseId, { folderId, limit: BATCH_MAX })
    for (const document of inside) {
      signal.throwIfAborted()
      await deleteDocument(dependencies, document)
    }
    if (inside.length < BATCH_MAX) break
  }
  await folders.delete(folderId)
}
