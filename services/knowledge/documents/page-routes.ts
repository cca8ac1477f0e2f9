import { Elysia, t } from 'elysia'
import { OutboundUrlInvalidError } from '#shared/outbound/errors.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId } from '../bases/base-schemas.ts'
import { awaitIngestion } from './await-ingestion.ts'
import { type DocumentFacts, readMetadata, readTags } from './document-facts.ts'
import { Document, DocumentId, toDocument, UploadQuery } from './document-schemas.ts'
import { createScope } from './document-scope.ts'
import { fetchPage } from './fetch-page.ts'
import { AddPage, AddText } from './page-schemas.ts'
import { refreshDocument } from './refresh-document.ts'
import { cleanName } from './store-file.ts'
import { placeContent, type UploadDocumentDependencies, type Uploaded, uploadDocument } from './upload-document.ts'

const WithBaseId = t.Object({ baseId: BaseId })
const WithDocumentId = t.Object({ documentId: DocumentId })

/** Documents that come from an address or out of a request, instead of a file. */
export const pageRoutes = (
  dependencies: UploadDocumentDependencies & { bases: BaseRepository; outbound: OutboundGuard },
) => {
  const { baseOf, documentOf } = createScope(dependencies)
  const settled = ({ document }: Uploaded, request: Request, msMax: number) =>
    awaitIngestion(dependencies, document, { msMax, signal: request.signal })

  return new Elysia({ tags: ['knowledge'] })
    .post(
      '/api/bases/:baseId/documents/pages',
      async ({ params, query, body, request, status }) => {
        const base = await baseOf(request, params.baseId)
        const { url, name } = body
        const address = URL.parse(url)
        if (!address) throw new OutboundUrlInvalidError('it is no absolute URL')
        // A part of a page is no page of its own.
        address.hash = ''
        const facts = factsOf(body)
        const content = await fetchPage(dependencies, address, request.signal)
        const named = name === undefined ? content : { ...content, name: cleanName(name) }
        const stored = await placeContent(dependencies, { base, facts, sourceUrl: address.href }, named)
        return status(stored.created ? 202 : 200, toDocument(await settled(stored, request, query.waitMs)))
      },
      {
        params: WithBaseId,
        query: UploadQuery,
        body: AddPage,
        response: { 200: Document, 202: Document },
        detail: {
          summary: 'Add a web page by its address',
          description:
            'Fetches the page or file through the outbound guard and answers 202 once it is stored. An address that the base holds already is fetched again: what changed becomes the next version of that document, and 200 says that nothing did.',
        },
      },
    )
    .post(
      '/api/bases/:baseId/documents/texts',
      async ({ params, query, body, request, status }) => {
        const base = await baseOf(request, params.baseId)
        const { title, text, onSameName } = body
        const bytes = new TextEncoder().encode(text)
        const facts = factsOf(body)
        const stored = await uploadDocument(dependencies, { base, name: title, bytes, facts, onSameName })
        return status(stored.created ? 202 : 200, toDocument(await settled(stored, request, query.waitMs)))
      },
      {
        params: WithBaseId,
        query: UploadQuery,
        body: AddText,
        response: { 200: Document, 202: Document },
        detail: { summary: 'Add a text' },
      },
    )
    .post(
      '/api/documents/:documentId/refresh',
      async ({ params, query, request, status }) => {
        const document = await documentOf(request, params.documentId)
        const stored = await refreshDocument(dependencies, document, request.signal)
        return status(stored.created ? 202 : 200, toDocument(await settled(stored, request, query.waitMs)))
      },
      {
        params: WithDocumentId,
        query: UploadQuery,
        response: { 200: Document, 202: Document },
        detail: {
          summary: 'Fetch a document again from its address',
          description: 'Answers 202 when it changed: that becomes its next version. Answers 200 when it did not.',
        },
      },
    )
}

const factsOf = ({ folderId, tags, metadata }: DocumentFacts): DocumentFacts => ({
  folderId,
  tags: tags && readTags(tags),
  metadata: metadata && readMetadata(metadata),
})
