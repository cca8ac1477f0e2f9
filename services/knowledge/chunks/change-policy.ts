import type { ChunkRow } from '../tables.ts'
import type { NewChunk } from './commit-chunks.ts'

/** What a person may change of a chunk; undefined stays. */
export interface ChunkEdit {
  content?: string | undefined
  title?: string | undefined
  context?: string | null | undefined
  enabled?: boolean | undefined
}

/** A chunk as a commit takes it, otherwise unchanged. */
export const toNewChunk = (row: ChunkRow): NewChunk => {
  const { id: _id, seq: _seq, baseId: _base, documentId: _document, textHash: _hash, ...chunk } = row
  return chunk
}

/** The chunk after an edit, or undefined where that changes none of its texts. */
export const editChunk = (row: ChunkRow, edit: ChunkEdit): NewChunk | undefined => {
  const content = edit.content ?? row.content
  const title = edit.title ?? row.title
  const context = contextAfter(row, edit, content)
  if (content === row.content && title === row.title && context === row.context) return undefined
  return {
    ...toNewChunk(row),
    content,
    title,
    context,
    enabled: edit.enabled ?? row.enabled,
    origin: row.origin === 'added' ? 'added' : 'edited',
  }
}

/** The wider text follows its part: an answer stays when its question is edited. */
const contextAfter = (row: ChunkRow, edit: ChunkEdit, content: string): string | null => {
  const kept = row.context?.replace(row.content, () => content) ?? null
  const context = edit.context === undefined ? kept : edit.context
  return context === content || context === '' ? null : context
}

/** A place between two neighbours in the order of a document; one that is missing is its beginning or end. */
export const placeBetween = (before: number | undefined, after: number | undefined): number => {
  if (before === undefined) return after === undefined ? 0 : after - 1
  return after === undefined ? before + 1 : before + (after - before) / 2
}
