import type { Database } from '#shared/postgres/connect.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import type { ChunkRow, DocumentRow } from '../tables.ts'
import { placeBetween } from './change-policy.ts'
import { ChunkNotFoundError } from './chunk-errors.ts'
import { createChunkRepository } from './chunk-repository.ts'
import { type CommitChunksDependencies, commitChunks } from './commit-chunks.ts'
import { checkDocument, findChunk, writableBase } from './write-chunk.ts'

export interface ChunkAddition {
  content: string
  title?: string | undefined
  context?: string | null | undefined
  /** Key of the chunk it follows; null: it comes first; undefined: last. */
  after?: string | null | undefined
  page?: number | null | undefined
  enabled?: boolean | undefined
}

/**
 * Adds a chunk that a person wrote to a document; a new reading of the file leaves it alone. Searches find it when this resolves.
 * Throws DocumentNotReadError, and ChunkNotFoundError when there is none to follow.
 */
export const addChunk = async (
  dependencies: CommitChunksDependencies,
  { document, chunk, signal }: { document: DocumentRow; chunk: ChunkAddition; signal?: AbortSignal },
): Promise<ChunkRow> => {
  const baseId = writableBase(document)
  const place = await placeOf(dependencies.database, document.id, chunk.after)
  const key = Bun.randomUUIDv7()
  const page = chunk.page === undefined ? place.page : chunk.page
  const context = chunk.context === chunk.content || chunk.context === '' ? null : (chunk.context ?? null)
  let added: ChunkRow | undefined
  await commitChunks(dependencies, {
    baseId,
    document,
    add: [
      {
        key,
        position: place.position,
        title: chunk.title ?? '',
        content: chunk.content,
        context,
        page,
        pageEnd: page,
        references: {},
        enabled: chunk.enabled ?? true,
        origin: 'added',
      },
    ],
    before: (transaction) => checkDocument(transaction, document.id),
    after: async (transaction) => {
      await createDocumentRepository(transaction).recount(document.id)
      added = await findChunk(transaction, document.id, key)
    },
    signal,
  })
  if (!added) throw new ChunkNotFoundError(document.id, key)
  return added
}

const placeOf = async (
  database: Database,
  documentId: string,
  after: string | null | undefined,
): Promise<{ position: number; page: number | null }> => {
  const chunks = createChunkRepository(database)
  if (after === undefined) {
    const last = await chunks.lastOf(documentId)
    return { position: placeBetween(last?.position, undefined), page: null }
  }
  const before = after === null ? undefined : await findChunk(database, documentId, after)
  if (after !== null && !before) throw new ChunkNotFoundError(documentId, after)
  const [next] = await chunks.listOf(documentId, { after: before, limit: 1 })
  return { position: placeBetween(before?.position, next?.position), page: before?.pageEnd ?? null }
}
