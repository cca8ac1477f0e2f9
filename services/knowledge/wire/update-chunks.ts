import type { ChunkRepository } from '../chunks/chunk-repository.ts'
import { type CommitChunksDependencies, commitChunks, type NewChunk } from '../chunks/commit-chunks.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import type { ChunkRow } from '../tables.ts'
import type { FailedChunk } from './failed-chunks.ts'
import { readWireChunk, type WireChunk } from './wire-chunk.ts'
import { failingAs, wireError } from './wire-error.ts'
import type { ChunkUpdate } from './wire-models.ts'

export interface UpdateChunksDependencies extends CommitChunksDependencies {
  documents: DocumentRepository
  chunks: ChunkRepository
}

/**
 * Changes chunks of a document, all in one commit. Returns those that are unknown or would become empty.
 * Throws WireError 10018 when there is no such document.
 */
export const updateChunks = async (
  dependencies: UpdateChunksDependencies,
  request: ChunkUpdate,
  appId: string | undefined,
): Promise<FailedChunk[]> => {
  const document = await dependencies.documents.find(appId, request.docId)
  if (!document || document.baseId === null) throw wireError(10018, `document ${request.docId} does not exist`)
  const wanted = request.chunks.map(readWireChunk)
  const keys = wanted.flatMap(({ id }) => (id === undefined ? [] : [id]))
  const known = new Map((await dependencies.chunks.findByKeys(document.id, keys)).map((chunk) => [chunk.key, chunk]))

  const failed: FailedChunk[] = []
  const changed = new Map<string, NewChunk>()
  for (const [index, change] of wanted.entries()) {
    const id = change.id ?? String(index)
    const chunk = known.get(change.id ?? '')
    if (change.problem) failed.push({ id, reason: change.problem })
    else if (!chunk) failed.push({ id, reason: 'there is no such chunk' })
    else if (change.content?.trim() === '') failed.push({ id, reason: 'it would have no content' })
    else changed.set(chunk.key, applyChange(chunk, change))
  }
  if (changed.size > 0) {
    await commitChunks(dependencies, {
      baseId: document.baseId,
      document,
      remove: [...changed.keys()],
      add: [...changed.values()],
    }).catch(failingAs(10018))
  }
  return failed
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
    enabled: change.available ?? chunk.enabled,
    origin: chunk.origin === 'added' ? 'added' : 'edited',
  }
}
