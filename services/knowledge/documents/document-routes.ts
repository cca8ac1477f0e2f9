import { Elysia, t } from 'elysia'
import { DOCUMENT_BYTES_MAX, DocumentUnreadableError } from '#shared/documents/errors.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId, PageQuery, toPage } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import type { ChunkRepository } from '../chunks/chunk-repository.ts'
import type { CommitChunksDependencies } from '../chunks/commit-chunks.ts'
import { BaseNotFoundError, DocumentNotFoundError } from '../errors.ts'
import { awaitIngestion } from './await-ingestion.ts'
import { deleteDocument } from './delete-document.ts'
import {
  Chunk,
  Document,
  DocumentId,
  DocumentPage,
  toChunk,
  toDocument,
  UploadForm,
  UploadQuery,
} from './document-schemas.ts'
import { type UploadDocumentDependencies, uploadDocument } from './upload-document.ts'

export interface DocumentRoutesDependencies extends UploadDocumentDependencies, CommitChunksDependencies {
  bases: BaseRepository
  chunks: ChunkRepository
}

const WithDocumentId = t.Object({ documentId: DocumentId })
const WithBaseId = t.Object({ baseId: BaseId })

export const documentRoutes = (dependencies: DocumentRoutesDependencies) => {
  const { bases, documents, chunks } = dependencies

  const baseOf = async (request: Request, baseId: string) => {
    const base = await bases.find(scopeOf(request.headers), baseId)
    if (!base) throw new BaseNotFoundError(baseId)
    return base
  }
  const documentOf = async (request: Request, documentId: string) => {
    const document = await documents.find(scopeOf(request.headers), documentId)
    if (!document) throw new DocumentNotFoundError(documentId)
    return document
  }

  return new Elysia({ tags: ['knowledge'] })
    .post(
      '/api/bases/:baseId/documents',
      async ({ params, query, body, request, status }) => {
        const base = await baseOf(request, params.baseId)
        if (body.file.size > DOCUMENT_BYTES_MAX)
          throw new DocumentUnreadableError('tooLarge', { bytes: body.file.size })
        const bytes = new Uint8Array(await body.file.arrayBuffer())
        const stored = await uploadDocument(dependencies, { base, name: body.name ?? body.file.name, bytes })
        const wait = { msMax: query.waitMs, signal: request.signal }
        const document = await awaitIngestion(dependencies, stored.document, wait)
        return status(stored.created ? 202 : 200, toDocument(document))
      },
      {
        parse: 'formdata',
        params: WithBaseId,
        query: UploadQuery,
        body: UploadForm,
        response: { 200: Document, 202: Document },
        detail: {
          summary: 'Upload a document',
          description:
            'Answers 202 once the file is stored; follow its state, or let `waitMs` wait for it. The same content again answers 200 with the known document.',
        },
      },
    )
    .get(
      '/api/bases/:baseId/documents',
      async ({ params, query, request }) => {
        const base = await baseOf(request, params.baseId)
        const page = toPage(await documents.list(base.id, query), query.limit)
        return { documents: page.rows.map(toDocument), nextBeforeId: page.nextBeforeId }
      },
      {
        params: WithBaseId,
        query: PageQuery,
        response: { 200: DocumentPage },
        detail: { summary: 'List the documents of a base' },
      },
    )
    .get(
      '/api/documents/:documentId',
      async ({ params, request }) => toDocument(await documentOf(request, params.documentId)),
      { params: WithDocumentId, response: { 200: Document }, detail: { summary: 'Show a document and its progress' } },
    )
    .get(
      '/api/documents/:documentId/chunks',
      async ({ params, query, request }) => {
        const document = await documentOf(request, params.documentId)
        const [after] = query.after === undefined ? [] : await chunks.findByKeys(document.id, [query.after])
        return (await chunks.listOf(document.id, { after, limit: query.limit })).map(toChunk)
      },
      {
        params: WithDocumentId,
        query: t.Object({
          after: t.Optional(t.String({ description: 'Id of the last chunk of the page before.' })),
          limit: t.Integer({ minimum: 1, maximum: 500, default: 100 }),
        }),
        response: { 200: t.Array(Chunk) },
        detail: { summary: 'List the chunks of a document in reading order' },
      },
    )
    .delete(
      '/api/documents/:documentId',
      async ({ params, request, status }) => {
        await deleteDocument(dependencies, await documentOf(request, params.documentId))
        return status(204, undefined)
      },
      { params: WithDocumentId, response: { 204: t.Undefined() }, detail: { summary: 'Delete a document' } },
    )
}
