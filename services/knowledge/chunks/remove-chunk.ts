import { createDocumentRepository } from '../documents/document-repository.ts'
import { type CommitChunksDependencies, commitChunks } from './commit-chunks.ts'
import { type ChunkTarget, writableBase, writeChunk } from './write-chunk.ts'

/**
 * Deletes a chunk; no search finds it when this resolves. A new reading of the file makes it anew where the file still says it: to keep it out
 * for good, disable it. Throws DocumentNotReadError, ChunkNotFoundError, ChunkChangedError.
 */
export const removeChunk = async (dependencies: CommitChunksDependencies, target: ChunkTarget): Promise<void> => {
  const { document, chunkId, signal } = target
  const baseId = writableBase(document)
  await writeChunk(dependencies, target, (_row, check) =>
    commitChunks(dependencies, {
      baseId,
      document,
      add: [],
      remove: [chunkId],
      before: check,
      after: (transaction) => createDocumentRepository(transaction).recount(document.id),
      signal,
    }),
  )
}
