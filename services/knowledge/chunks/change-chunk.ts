import type { ChunkRow } from '../tables.ts'
import { type ChunkEdit, editChunk } from './change-policy.ts'
import { type CommitChunksDependencies, commitChunks } from './commit-chunks.ts'
import { hideChunks, showChunks } from './show-chunks.ts'
import { type ChunkTarget, findChunk, writableBase, writeChunk } from './write-chunk.ts'

/**
 * Changes what a chunk says, or whether searches find it, and resolves to what it is then. A changed chunk keeps its id and place, has another
 * version, and is left alone by a new reading of the file. Throws DocumentNotReadError, ChunkNotFoundError, ChunkChangedError, ChunksChangingError.
 */
export const changeChunk = async (
  dependencies: CommitChunksDependencies,
  target: ChunkTarget,
  edit: ChunkEdit,
): Promise<ChunkRow> => {
  const { document, chunkId, signal } = target
  const baseId = writableBase(document)
  return writeChunk(dependencies, target, async (row, check) => {
    const changed = editChunk(row, edit)
    const isShown = edit.enabled ?? row.enabled
    if (!changed && isShown === row.enabled) return row
    if (changed) {
      let written: ChunkRow | undefined
      await commitChunks(dependencies, {
        baseId,
        document,
        remove: [chunkId],
        add: [changed],
        before: check,
        after: async (transaction) => {
          written = await findChunk(transaction, document.id, chunkId)
        },
        signal,
      })
      return written ?? row
    }
    const selection = { baseId, document, keys: [chunkId], before: check, signal }
    await (isShown ? showChunks : hideChunks)(dependencies, selection)
    return (await findChunk(dependencies.database, document.id, chunkId)) ?? row
  })
}
