import type { Database } from '#shared/postgres/connect.ts'
import type { CommitChunksDependencies } from '../chunks/commit-chunks.ts'
import { hideChunks, showChunks } from '../chunks/show-chunks.ts'
import { DocumentNotFoundError } from '../errors.ts'
import { FolderNotFoundError } from '../folders/folder-errors.ts'
import { createFolderRepository } from '../folders/folder-repository.ts'
import type { DocumentRow } from '../tables.ts'
import { DocumentIsDraftError } from './document-errors.ts'
import type { DocumentFacts } from './document-facts.ts'
import { createDocumentRepository } from './document-repository.ts'

export interface DocumentChange extends DocumentFacts {
  name?: string | undefined
  /** Whether searches find it. */
  enabled?: boolean | undefined
}

/**
 * Changes what is known of a document and whether searches find it, all of it or nothing. Throws FolderNotFoundError for a folder of another base,
 * DocumentIsDraftError for a document that is in no base yet, DocumentNotFoundError when it is gone.
 */
export const changeDocument = async (
  dependencies: CommitChunksDependencies,
  { document, change }: { document: DocumentRow; change: DocumentChange },
  signal: AbortSignal,
): Promise<DocumentRow> => {
  const { baseId } = document
  if (baseId === null) throw new DocumentIsDraftError(document.id)
  const { enabled, ...facts } = change
  const write = async (transaction: Database) => {
    await holdFolder(transaction, baseId, facts.folderId)
    await createDocumentRepository(transaction).note(document.id, facts)
  }
  if (enabled === undefined) await dependencies.database.transaction(write)
  else {
    const selection = { baseId, document, keys: 'all', before: write, signal } as const
    await (enabled ? showChunks : hideChunks)(dependencies, selection)
  }
  const changed = await createDocumentRepository(dependencies.database).find(undefined, document.id)
  if (!changed) throw new DocumentNotFoundError(document.id)
  return changed
}

/** Keeps the folder there until the transaction ends; null and undefined are no folder. Throws FolderNotFoundError. */
export const holdFolder = async (
  transaction: Database,
  baseId: string,
  folderId: string | null | undefined,
): Promise<void> => {
  if (folderId == null) return
  if (!(await createFolderRepository(transaction).hold(baseId, folderId))) throw new FolderNotFoundError(folderId)
}
