import { t } from 'elysia'
import type { FolderRow } from './folder-repository.ts'
import { FOLDER_DEPTH_MAX, FOLDERS_MAX, inTreeOrder, pathOf } from './folder-tree-policy.ts'

const NAME_CHARACTERS_MAX = 200

export const FolderId = t.String({ minLength: 1, maxLength: 200 })

const Name = t.String({ minLength: 1, maxLength: NAME_CHARACTERS_MAX, pattern: '\\S', examples: ['Manuals'] })

const ParentId = t.Nullable(FolderId, { description: 'The folder it lies in; null: at the top of the base.' })

export const Folder = t.Object(
  {
    id: FolderId,
    baseId: t.String(),
    parentId: t.Nullable(t.String()),
    name: t.String(),
    createdAt: t.Date(),
    updatedAt: t.Date(),
  },
  {
    examples: [
      {
        id: '019ab1f2-7a55-7000-8c11-2f4be1f0a010',
        baseId: 'manuals',
        parentId: null,
        name: 'Manuals',
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)
export type Folder = typeof Folder.static

const ListedFolder = t.Composite([
  Folder,
  t.Object({
    path: t.Array(t.String(), { description: 'Names from the top, its own last.' }),
    documentCount: t.Integer({ description: 'Documents in the folder itself.' }),
  }),
])

export const FolderList = t.Object({
  folders: t.Array(ListedFolder, {
    description: 'All of the base, in the order of a tree: each one before what lies in it, beside each other by name.',
  }),
})

export const CreateFolder = t.Object(
  { name: Name, parentId: t.Optional(ParentId) },
  {
    description: `At most ${FOLDERS_MAX} in a base, ${FOLDER_DEPTH_MAX} deep.`,
    examples: [{ name: 'Manuals', parentId: null }],
  },
)

export const ChangeFolder = t.Partial(CreateFolder, {
  minProperties: 1,
  description: 'A folder is moved with all that is in it.',
  examples: [{ name: 'Handbooks' }],
})

export const DeleteFolderQuery = t.Object({
  documents: t.UnionEnum(['keep', 'delete'], {
    default: 'keep',
    description: '`keep`: its documents, and those of folders in it, come to the top. `delete`: they are deleted.',
  }),
})

export const toFolder = (row: FolderRow): Folder => ({
  id: row.id,
  baseId: row.baseId,
  parentId: row.parentId,
  name: row.name,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
})

export const toFolderList = (rows: readonly FolderRow[], counts: ReadonlyMap<string, number>) => {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const folders = inTreeOrder(rows).map((row) => ({
    ...toFolder(row),
    path: pathOf(byId, row.id),
    documentCount: counts.get(row.id) ?? 0,
  }))
  return { folders }
}
