import { Elysia, t } from 'elysia'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import type { CommitChunksDependencies } from '../chunks/commit-chunks.ts'
import { BaseNotFoundError } from '../errors.ts'
import { changeFolder } from './change-folder.ts'
import { createFolder } from './create-folder.ts'
import { deleteFolder } from './delete-folder.ts'
import { createFolderRepository } from './folder-repository.ts'
import {
  ChangeFolder,
  CreateFolder,
  DeleteFolderQuery,
  Folder,
  FolderId,
  FolderList,
  toFolder,
  toFolderList,
} from './folder-schemas.ts'

const WithBaseId = t.Object({ baseId: BaseId })
const WithFolderId = t.Object({ baseId: BaseId, folderId: FolderId })

/** Folders of a base. */
export const folderRoutes = (dependencies: CommitChunksDependencies & { bases: BaseRepository }) => {
  /** Throws BaseNotFoundError for bases of others too. */
  const visible = async (request: Request, baseId: string): Promise<string> => {
    if (!(await dependencies.bases.find(scopeOf(request.headers), baseId))) throw new BaseNotFoundError(baseId)
    return baseId
  }

  return new Elysia({ prefix: '/api/bases/:baseId/folders', tags: ['knowledge'] })
    .get(
      '',
      async ({ params, request }) => {
        const baseId = await visible(request, params.baseId)
        const folders = createFolderRepository(dependencies.database)
        return toFolderList(await folders.list(baseId), await folders.documentCounts(baseId))
      },
      { params: WithBaseId, response: { 200: FolderList }, detail: { summary: 'List the folders of a base' } },
    )
    .post(
      '',
      async ({ params, body, request, status }) => {
        const baseId = await visible(request, params.baseId)
        const { name, parentId = null } = body
        return status(201, toFolder(await createFolder(dependencies, { baseId, name, parentId })))
      },
      { params: WithBaseId, body: CreateFolder, response: { 201: Folder }, detail: { summary: 'Create a folder' } },
    )
    .patch(
      '/:folderId',
      async ({ params, body, request }) => {
        const baseId = await visible(request, params.baseId)
        return toFolder(await changeFolder(dependencies, { baseId, folderId: params.folderId, change: body }))
      },
      {
        params: WithFolderId,
        body: ChangeFolder,
        response: { 200: Folder },
        detail: { summary: 'Rename or move a folder' },
      },
    )
    .delete(
      '/:folderId',
      async ({ params, query, request, status }) => {
        const baseId = await visible(request, params.baseId)
        await deleteFolder(dependencies, { baseId, folderId: params.folderId, ...query }, request.signal)
        return status(204, undefined)
      },
      {
        params: WithFolderId,
        query: DeleteFolderQuery,
        response: { 204: t.Undefined() },
        detail: { summary: 'Delete a folder' },
      },
    )
}
