import type { ChunkRepository } from '../chunks/chunk-repository.ts'
import { type CommitChunksDependencies, commitChunks, type NewChunk } from '../chunks/commit-chunks.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import type { ChunkRow } from '../tables.ts'
import { type FailedChunks, failedChunks } from './save-chunks.ts'
import { readWireChunk, type WireChunk } from './wire-chunk.ts'
import { wireError } from './wire-error.ts'
import type { ChunkUpdate } from './wire-models.ts'

export interface UpdateChunksDependencies extends CommitChunksDependencies {
  documents: DocumentRepository
  chunks: ChunkRepository
}

/** Changes chunks of a document, all in one commit. Chunks that are unknown or would become empty are named in the answer. */
export const updateChunks = async (
  dependencies: UpdateChunksDependencies,
  request: ChunkUpdate,
  appId: string | undefined,
): Promise<FailedChunks> => {
  const document = await dependencies.documents.find(appId, request.docId)
  if (!document || document.baseId === null) throw wireError(10018, `document ${request.docId} does not exist`)
  const wanted = request.chunks.map(readWireChunk)
  const keys = wanted.flatMap(({ id }) => (id === undefined ? [] : [id]))
  const known = new Map((await dependencies.chunks.findByKeys(document.id, keys)).map((chunk) => [chunk.key, chunk]))

  const failed: string[] = []
  const changed = new Map<string, NewChunk>()
  for (const [index, change] of wanted.entries()) {
    const chunk = known.get(change.id ?? '')
    if (!chunk || change.content?.trim() === '') failed.push(change.id ?? String(index))
    else changed.set(chunk.key, applyChange(chunk, change))
  }
  if (changed.size > 0) {
    await commitChunks(dependencies, {
      baseId: document.baseId,
      document,
      remove: [...changed.keys()],
      add: [...changed.values()],
    })
  }
  return failedChunks(failed)
}

const applyChange = (chunk: ChunkRow, change: WireChunk): NewChunk => {
  const content = change.content ?? chunk.content
  const context = change.context ?? (change.content === undefined ? chunk.context : null)
  return {
    key: chunk.key,
    position: chunk.position,
    page: chunk.page,
    pageEnd: chunk.pageEnd,
    title: change.title ?? chunk.title,
    content,
    context: context === content ? null : context,
    references: change.references ?? chunk.references,
  }
}
