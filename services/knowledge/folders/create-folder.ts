import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { BaseNotFoundError } from '../errors.ts'
import { FolderExistsError, FolderLimitError, FolderNotFoundError } from './folder-errors.ts'
import { createFolderRepository, type FolderRow } from './folder-repository.ts'
import { FOLDER_DEPTH_MAX, FOLDERS_MAX, pathOf } from './folder-tree-policy.ts'

/**
 * Throws FolderNotFoundError for a parent that is not in the base, FolderExistsError for a name that is taken beside it, FolderLimitError for more
 * or deeper folders than there may be, BaseNotFoundError when the base is gone.
 */
export const createFolder = async (
  { database }: { database: Database },
  { baseId, name, parentId }: { baseId: string; name: string; parentId: string | null },
): Promise<FolderRow> =>
  database.transaction(async (transaction) => {
    // One change of the tree at a time, so that what is decided here still holds when it is written.
    if (!(await createBaseRepository(transaction).lock(baseId))) throw new BaseNotFoundError(baseId)
    const repository = createFolderRepository(transaction)
    const folders = new Map((await repository.list(baseId)).map((folder) => [folder.id, folder]))
    if (folders.size >= FOLDERS_MAX) throw new FolderLimitError('count', FOLDERS_MAX)
    if (parentId !== null && !folders.has(parentId)) throw new FolderNotFoundError(parentId)
    if (parentId !== null && pathOf(folders, parentId).length >= FOLDER_DEPTH_MAX) {
      throw new FolderLimitError('depth', FOLDER_DEPTH_MAX)
    }
    const created = await repository.insert({ id: Bun.randomUUIDv7(), baseId, parentId, name })
    if (!created) throw new FolderExistsError(name)
    return created
  })
