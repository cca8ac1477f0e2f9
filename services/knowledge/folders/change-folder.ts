import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { BaseNotFoundError } from '../errors.ts'
import { FolderCycleError, FolderExistsError, FolderLimitError, FolderNotFoundError } from './folder-errors.ts'
import { createFolderRepository, type FolderRow } from './folder-repository.ts'
import { FOLDER_DEPTH_MAX, type FolderPlace, heightOf, liesIn, pathOf } from './folder-tree-policy.ts'

export interface FolderChange {
  name?: string | undefined
  /** Null: to the top. */
  parentId?: string | null | undefined
}

/**
 * Renames or moves a folder with all that is in it. Throws FolderNotFoundError for it or its new parent, FolderCycleError when that lies in it,
 * FolderExistsError for a name that is taken there, FolderLimitError when it would lie too deep.
 */
export const changeFolder = async (
  { database }: { database: Database },
  { baseId, folderId, change }: { baseId: string; folderId: string; change: FolderChange },
): Promise<FolderRow> =>
  database.transaction(async (transaction) => {
    if (!(await createBaseRepository(transaction).lock(baseId))) throw new BaseNotFoundError(baseId)
    const repository = createFolderRepository(transaction)
    const folders = new Map((await repository.list(baseId)).map((folder) => [folder.id, folder]))
    const known = folders.get(folderId)
    if (!known) throw new FolderNotFoundError(folderId)
    const { name = known.name, parentId = known.parentId } = change
    if (parentId !== null) checkParent(folders, folderId, parentId)
    const isTaken = [...folders.values()].some(
      (other) => other.id !== folderId && other.parentId === parentId && other.name === name,
    )
    if (isTaken) throw new FolderExistsError(name)
    const changed = await repository.change(folderId, { name, parentId })
    if (!changed) throw new FolderNotFoundError(folderId)
    return changed
  })

const checkParent = (folders: ReadonlyMap<string, FolderPlace>, folderId: string, parentId: string): void => {
  if (!folders.has(parentId)) throw new FolderNotFoundError(parentId)
  if (liesIn(folders, parentId, folderId)) throw new FolderCycleError(folderId, parentId)
  if (pathOf(folders, parentId).length + heightOf(folders, folderId) > FOLDER_DEPTH_MAX) {
    throw new FolderLimitError('depth', FOLDER_DEPTH_MAX)
  }
}
