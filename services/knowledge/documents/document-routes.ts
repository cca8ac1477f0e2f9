import { Elysia, t } from 'elysia'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId, toPage } from '../bases/base-schemas.ts'
import type { CommitChunksDependencies } from '../chunks/commit-chunks.ts'
import { awaitIngestion } from './await-ingestion.ts'
import { changeDocument } from './change-document.ts'
import { deleteDocument } from './delete-document.ts'
import { readMetadata, readTags } from './document-facts.ts'
import { createDocumentListRepository } from './document-list-repository.ts'
import {
  ChangeDocument,
  Document,
  DocumentId,
  DocumentListQuery,
  DocumentPage,
  toDocument,
  UploadForm,
  UploadQuery,
} from './document-schemas.ts'
import { createScope } from './document-scope.ts'
import { readEqualFields, readFormFacts } from './form-facts.ts'
import { bytesOf, cleanName, withoutPath } from './store-file.ts'
import { type UploadDocumentDependencies, uploadDocument } from './upload-document.ts'

export interface DocumentRoutesDependencies extends UploadDocumentDependencies, CommitChunksDependencies {
  bases: BaseRepository
}

const WithDocumentId = t.Object({ documentId: DocumentId })
const WithBaseId = t.Object({ baseId: BaseId })

export const documentRoutes = (dependencies: DocumentRoutesDependencies) => {
  const { baseOf, documentOf } = createScope(dependencies)

  return new Elysia({ tags: ['knowledge'] })
    .post(
      '/api/bases/:baseId/documents',
      async ({ params, query, body, request, status }) => {
        const base = await baseOf(request, params.baseId)
        const bytes = await bytesOf(body.file)
        const { name = withoutPath(body.file.name), onSameName } = body
        const facts = readFormFacts(body)
        const stored = await uploadDocument(dependencies, { base, name, bytes, facts, onSameName })
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
            'Answers 202 once the file is stored; follow its state, or let `waitMs` wait for it. The same content again answers 200 with the known document as it is; one that failed is read anew.',
        },
      },
    )
    .get(
      '/api/bases/:baseId/documents',
      async ({ params, query, request }) => {
        const base = await baseOf(request, params.baseId)
        const { metadata, ...rest } = query
        const filter = { ...rest, metadata: metadata === undefined ? undefined : readEqualFields(metadata) }
        const page = toPage(
          await createDocumentListRepository(dependencies.database).list(base.id, filter),
          query.limit,
        )
        return { documents: page.rows.map(toDocument), nextBeforeId: page.nextBeforeId }
      },
      {
        params: WithBaseId,
        query: DocumentListQuery,
        response: { 200: DocumentPage },
        detail: { summary: 'List the documents of a base' },
      },
    )
    .get(
      '/api/documents/:documentId',
      async ({ params, request }) => toDocument(await documentOf(request, params.documentId)),
      { params: WithDocumentId, response: { 200: Document }, detail: { summary: 'Show a document and its progress' } },
    )
    .patch(
      '/api/documents/:documentId',
      async ({ params, body, request }) => {
        const document = await documentOf(request, params.documentId)
        const { name, enabled, folderId } = body
        const change = {
          enabled,
          folderId,
          name: name === undefined ? undefined : cleanName(name),
          tags: body.tags && readTags(body.tags),
          metadata: body.metadata && readMetadata(body.metadata),
        }
        return toDocument(await changeDocument(dependencies, { document, change }, request.signal))
      },
      {
        params: WithDocumentId,
        body: ChangeDocument,
        response: { 200: Document },
        detail: { summary: 'Change the name, place, tags or metadata of a document, or hide it from searches' },
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
