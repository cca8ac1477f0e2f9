import { Elysia, t } from 'elysia'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import { awaitIngestion } from '../documents/await-ingestion.ts'
import { Document, DocumentId, toDocument, UploadQuery } from '../documents/document-schemas.ts'
import { createScope } from '../documents/document-scope.ts'
import { createVersionRepository } from '../documents/version-repository.ts'
import {
  IngestionList,
  PageList,
  PageListQuery,
  Reindexed,
  RetryBody,
  toIngestion,
  toPageEntry,
} from './ingestion-schemas.ts'
import { createPageRepository } from './page-repository.ts'
import { reindexBase } from './reindex-base.ts'
import { type RetryDocumentDependencies, retryDocument } from './retry-document.ts'
import { createUnfinishedRepository } from './unfinished-repository.ts'

const WithDocumentId = t.Object({ documentId: DocumentId })

/** What is being read, what could not be read, and reading again. */
export const ingestionRoutes = (dependencies: RetryDocumentDependencies & { bases: BaseRepository }) => {
  const { database } = dependencies
  const { baseOf, documentOf } = createScope(dependencies)
  const pages = createPageRepository(database)
  const versions = createVersionRepository(database)
  const unfinished = createUnfinishedRepository(database)

  return new Elysia({ tags: ['knowledge'] })
    .get(
      '/api/ingestions',
      async ({ query, request }) => {
        const rows = await unfinished.list(scopeOf(request.headers), { after: query.after, limit: query.limit + 1 })
        const shown = rows.slice(0, query.limit)
        const nowMs = Date.now()
        return {
          ingestions: shown.map((row) => toIngestion(row, nowMs)),
          nextAfter: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null,
        }
      },
      {
        query: t.Object({
          after: t.Optional(t.String({ maxLength: 200, description: 'Id of the last document of the answer before.' })),
          limit: t.Integer({ minimum: 1, maximum: 500, default: 100 }),
        }),
        response: { 200: IngestionList },
        detail: {
          summary: 'List what is being read',
          description: 'Documents of all bases that wait or are read, split or indexed, the oldest first.',
        },
      },
    )
    .get(
      '/api/documents/:documentId/pages',
      async ({ params, query, request }) => {
        const document = await documentOf(request, params.documentId)
        const content = await versions.contentToRead(document)
        if (!content) return { pages: [], nextAfter: null }
        const page = { after: query.after, limit: query.limit + 1, state: query.state }
        const rows = await pages.list(document.id, content.contentHash, page)
        const shown = rows.slice(0, query.limit)
        return {
          pages: shown.map(toPageEntry),
          nextAfter: rows.length > query.limit ? (shown.at(-1)?.page ?? null) : null,
        }
      },
      {
        params: WithDocumentId,
        query: PageListQuery,
        response: { 200: PageList },
        detail: {
          summary: 'List the pages of a document that failed or were read by a model',
          description: 'Pages whose text the file holds itself are not listed.',
        },
      },
    )
    .post(
      '/api/documents/:documentId/retry',
      async ({ params, query, body, request, status }) => {
        const document = await documentOf(request, params.documentId)
        const retried = await retryDocument(dependencies, document, body?.pages ?? 'failed')
        const wait = { msMax: query.waitMs, signal: request.signal }
        return status(
          retried.queued ? 202 : 200,
          toDocument(await awaitIngestion(dependencies, retried.document, wait)),
        )
      },
      {
        params: WithDocumentId,
        query: UploadQuery,
        body: RetryBody,
        response: { 200: Document, 202: Document },
        detail: {
          summary: 'Read a document again',
          description:
            'With all pages that failed, or those of the body. Answers 202, or 200 when it is being read already. What did not change stays as it is, and what was found is found until the new reading is ready.',
        },
      },
    )
    .post(
      '/api/bases/:baseId/reindex',
      async ({ params, request, status }) => {
        const base = await baseOf(request, params.baseId)
        return status(202, { queued: await reindexBase(dependencies, base.id, request.signal) })
      },
      {
        params: t.Object({ baseId: BaseId }),
        response: { 202: Reindexed },
        detail: {
          summary: 'Cut all documents of a base anew',
          description:
            'After a change of its settings. Only chunks that differ are changed; those that people added, edited or disabled stay.',
        },
      },
    )
}
