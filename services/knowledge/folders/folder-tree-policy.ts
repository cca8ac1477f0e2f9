/** What a decision about places needs to know of a folder. */
export interface FolderPlace {
  id: string
  parentId: string | null
  name: string
}

/** Folders of one base: a list of them is always answered whole. */
export const FOLDERS_MAX = 1_000
export const FOLDER_DEPTH_MAX = 10

/** Names from the top down to the folder, its own last. Empty for a folder that is not there. */
export const pathOf = (folders: ReadonlyMap<string, FolderPlace>, folderId: string): string[] => {
  const path: string[] = []
  for (let at = folders.get(folderId); at && path.length < FOLDERS_MAX; at = folders.get(at.parentId ?? '')) {
    path.unshift(at.name)
  }
  return path
}

/** True when the one lies in the other, or is it. */
export const liesIn = (folders: ReadonlyMap<string, FolderPlace>, folderId: string, ancestorId: string): boolean => {
  let at = folders.get(folderId)
  for (let steps = 0; at && steps < FOLDERS_MAX; steps++) {
    if (at.id === ancestorId) return true
    at = folders.get(at.parentId ?? '')
  }
  return false
}

/** Levels of the folder and what lies in it: 1 for a folder without others. */
export const heightOf = (folders: ReadonlyMap<string, FolderPlace>, folderId: string): number => {
  const inside = [...folders.values()].filter(({ parentId }) => parentId === folderId)
  return 1 + Math.max(0, ...inside.map(({ id }) => heightOf(folders, id)))
}

/** In the order in which a tree is drawn: each folder before what lies in it, beside each other by name. */
export const inTreeOrder = <Folder extends FolderPlace>(folders: readonly Folder[]): Folder[] => {
  const byParent = Map.groupBy(folders, ({ parentId }) => parentId)
  const below = (parentId: string | null): Folder[] =>
    (byParent.get(parentId) ?? [])
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((folder) => [folder, ...below(folder.id)])
  return below(null)
}
