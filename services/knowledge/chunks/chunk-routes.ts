import { Elysia, t } from 'elysia'
import { scopeOf } from '../bases/caller-scope.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import { DocumentNotFoundError } from '../errors.ts'
import { addChunk } from './add-chunk.ts'
import { changeChunk } from './change-chunk.ts'
import { ChunkNotFoundError } from './chunk-errors.ts'
import type { ChunkRepository } from './chunk-repository.ts'
import {
  AddChunk,
  ChangeChunk,
  Chunk,
  ChunkId,
  ChunkPage,
  ChunkPageQuery,
  RemoveChunkQuery,
  toChunk,
} from './chunk-schemas.ts'
import type { CommitChunksDependencies } from './commit-chunks.ts'
import { removeChunk } from './remove-chunk.ts'
import { storableText } from './storable-text.ts'

export interface ChunkRoutesDependencies extends CommitChunksDependencies {
  documents: DocumentRepository
  chunks: ChunkRepository
}

const DocumentId = t.String({ minLength: 1, maxLength: 200 })
const WithDocumentId = t.Object({ documentId: DocumentId })
const WithChunkId = t.Object({ documentId: DocumentId, chunkId: ChunkId })

/** The chunks of a document, to be read, written, switched off and on. */
export const chunkRoutes = (dependencies: ChunkRoutesDependencies) => {
  const { documents, chunks } = dependencies
  const documentOf = async (request: Request, documentId: string) => {
    const document = await documents.find(scopeOf(request.headers), documentId)
    if (!document) throw new DocumentNotFoundError(documentId)
    return document
  }
  const chunkOf = async (documentId: string, chunkId: string) => {
    const [row] = await chunks.findByKeys(documentId, [chunkId])
    if (!row) throw new ChunkNotFoundError(documentId, chunkId)
    return row
  }

  return new Elysia({ prefix: '/api/documents/:documentId/chunks', tags: ['knowledge'] })
    .get(
      '',
      async ({ params, query, request }) => {
        const document = await documentOf(request, params.documentId)
        const after = query.after === undefined ? undefined : await chunkOf(document.id, query.after)
        const rows = await chunks.listOf(document.id, { ...query, after })
        return { chunks: rows.map(toChunk), nextAfter: rows.length === query.limit ? (rows.at(-1)?.key ?? null) : null }
      },
      {
        params: WithDocumentId,
        query: ChunkPageQuery,
        response: { 200: ChunkPage },
        detail: { summary: 'List the chunks of a document in reading order' },
      },
    )
    .get(
      '/:chunkId',
      async ({ params, request }) => {
        const document = await documentOf(request, params.documentId)
        return toChunk(await chunkOf(document.id, params.chunkId))
      },
      { params: WithChunkId, response: { 200: Chunk }, detail: { summary: 'Show a chunk' } },
    )
    .post(
      '',
      async ({ params, body, request, status }) => {
        const document = await documentOf(request, params.documentId)
        const chunk = { ...body, ...storable(body), content: storableText(body.content) }
        return status(201, toChunk(await addChunk(dependencies, { document, chunk, signal: request.signal })))
      },
      {
        params: WithDocumentId,
        body: AddChunk,
        response: { 201: Chunk },
        detail: {
          summary: 'Add a chunk to a document',
          description: 'Searches find it as soon as this answers. It stays when the file is read again.',
        },
      },
    )
    .patch(
      '/:chunkId',
      async ({ params: { documentId, chunkId }, body: { version, ...edit }, request }) => {
        const document = await documentOf(request, documentId)
        const target = { document, chunkId, version, signal: request.signal }
        return toChunk(await changeChunk(dependencies, target, { ...edit, ...storable(edit) }))
      },
      {
        params: WithChunkId,
        body: ChangeChunk,
        response: { 200: Chunk },
        detail: {
          summary: 'Change a chunk, or switch it off or on',
          description:
            'A changed or disabled chunk stays so when the file is read again. With the version that the change was made of, the answer is 409 where somebody was faster.',
        },
      },
    )
    .delete(
      '/:chunkId',
      async ({ params: { documentId, chunkId }, query: { version }, request, status }) => {
        const document = await documentOf(request, documentId)
        await removeChunk(dependencies, { document, chunkId, version, signal: request.signal })
        return status(204, undefined)
      },
      {
        params: WithChunkId,
        query: RemoveChunkQuery,
        response: { 204: t.Undefined() },
        detail: {
          summary: 'Delete a chunk',
          description:
            'A new reading of the file makes it again where the file still says it; disable it to keep it out.',
        },
      },
    )
}

/** The texts of a request as they can be stored; those that are left out stay so. */
const storable = (texts: { content?: string; title?: string; context?: string | null }) => ({
  ...(texts.content === undefined ? {} : { content: storableText(texts.content) }),
  ...(texts.title === undefined ? {} : { title: storableText(texts.title) }),
  ...(texts.context == null ? {} : { context: storableText(texts.context) }),
})
