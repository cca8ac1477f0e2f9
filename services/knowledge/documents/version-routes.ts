import { Elysia, t } from 'elysia'
import type { BaseRepository } from '../bases/base-repository.ts'
import { awaitIngestion } from './await-ingestion.ts'
import { FileMissingError, VersionNotFoundError } from './document-errors.ts'
import { createDocumentRepository } from './document-repository.ts'
import { Document, DocumentId, toDocument, UploadQuery } from './document-schemas.ts'
import { createScope } from './document-scope.ts'
import { replaceContent } from './replace-content.ts'
import { restoreVersion } from './restore-version.ts'
import { bytesOf, cleanName, storeFile, withoutPath } from './store-file.ts'
import { startReading, type UploadDocumentDependencies } from './upload-document.ts'
import { createVersionRepository } from './version-repository.ts'
import { ReplaceForm, toVersion, VersionList, VersionNumber } from './version-schemas.ts'

const WithDocumentId = t.Object({ documentId: DocumentId })

/** What a stored file may do in a browser: nothing. */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, no-cache',
}

/** The stored file of a document and what it was before. */
export const versionRoutes = (dependencies: UploadDocumentDependencies & { bases: BaseRepository }) => {
  const { database, files } = dependencies
  const versions = createVersionRepository(database)
  const { documentOf } = createScope(dependencies)

  return new Elysia({ prefix: '/api/documents/:documentId', tags: ['knowledge'] })
    .put(
      '/file',
      async ({ params, query, body, request, status }) => {
        const { id } = await documentOf(request, params.documentId)
        const name = body.name ?? withoutPath(body.file.name)
        const content = await storeFile(dependencies, { name, bytes: await bytesOf(body.file) })
        const replaced = await database.transaction(async (transaction) => {
          const replacement = await replaceContent(transaction, id, content)
          if (body.name === undefined) return replacement
          await createDocumentRepository(transaction).note(id, { name: cleanName(body.name) })
          return { ...replacement, document: { ...replacement.document, name: cleanName(body.name) } }
        })
        const stored = await startReading(dependencies, replaced)
        const wait = { msMax: query.waitMs, signal: request.signal }
        return status(stored.created ? 202 : 200, toDocument(await awaitIngestion(dependencies, stored.document, wait)))
      },
      {
        parse: 'formdata',
        params: WithDocumentId,
        query: UploadQuery,
        body: ReplaceForm,
        response: { 200: Document, 202: Document },
        detail: {
          summary: 'Give a document new content',
          description:
            'The file becomes the next version and takes the place of the one that is found once it is read (202); until then, and when it cannot be read, that one is found. The same content changes nothing (200), and calls off a version that was to replace it.',
        },
      },
    )
    .get(
      '/file',
      async ({ params, query, request }) => {
        const document = await documentOf(request, params.documentId)
        const { version } = query
        const kept = version === undefined ? document : await versions.find(document.id, version)
        if (!kept) throw new VersionNotFoundError(document.id, version ?? 0)
        if (kept.contentHash === null) throw new FileMissingError(document.id)
        const headers = {
          ...HARMLESS,
          'content-type': kept.mediaType,
          'content-disposition': `attachment; filename*=UTF-8''${encodeName(kept.name)}`,
          etag: `"${kept.contentHash}"`,
        }
        return new Response(Bun.file(await files.localPath(kept.contentHash)), { headers })
      },
      {
        params: WithDocumentId,
        query: t.Object({ version: t.Optional(VersionNumber) }),
        detail: {
          summary: 'Download the stored file of a document',
          description: 'Of the version that is found, or of the one that is asked for.',
          responses: {
            200: {
              description: 'The bytes as they came',
              content: {
                'application/octet-stream': {
                  schema: { type: 'string', format: 'binary' },
                  examples: { one: { value: '…' } },
                },
              },
            },
          },
        },
      },
    )
    .get(
      '/versions',
      async ({ params, request }) => {
        const document = await documentOf(request, params.documentId)
        return { versions: (await versions.list(document.id)).map((row) => toVersion(row, document)) }
      },
      {
        params: WithDocumentId,
        response: { 200: VersionList },
        detail: { summary: 'List the versions of a document' },
      },
    )
    .post(
      '/versions/:version/restore',
      async ({ params, query, request, status }) => {
        const { id: documentId } = await documentOf(request, params.documentId)
        const stored = await restoreVersion(dependencies, { documentId, version: params.version })
        const wait = { msMax: query.waitMs, signal: request.signal }
        return status(stored.created ? 202 : 200, toDocument(await awaitIngestion(dependencies, stored.document, wait)))
      },
      {
        params: t.Object({ documentId: DocumentId, version: VersionNumber }),
        query: UploadQuery,
        response: { 200: Document, 202: Document },
        detail: {
          summary: 'Go back to a version of a document',
          description:
            'Its content becomes the next version (202). Going back to the version that is found calls off one that was to replace it (200).',
        },
      },
    )
}

/** RFC 8187: what encodeURIComponent leaves and the header may not hold is written out too. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  )
