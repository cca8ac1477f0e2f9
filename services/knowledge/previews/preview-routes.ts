import { Elysia, t } from 'elysia'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId } from '../bases/base-schemas.ts'
import { storableText } from '../chunks/storable-text.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import { createScope } from '../documents/document-scope.ts'
import { bytesOf, withoutPath } from '../documents/store-file.ts'
import { DocumentNotFoundError } from '../errors.ts'
import type { SplitSettings } from '../splitting/split-settings.ts'
import { toSplittingView } from '../splitting/splitting-schemas.ts'
import { toSplitting } from '../splitting/to-splitting.ts'
import { measureLengths } from './measure-chunks.ts'
import { type PreviewChunksDependencies, type PreviewSource, previewChunks } from './preview-chunks.ts'
import { PreviewSourceError } from './preview-errors.ts'
import { Preview, PreviewBody, PreviewForm } from './preview-schemas.ts'
import { readFormSplitting } from './read-form-splitting.ts'

export interface PreviewRoutesDependencies extends PreviewChunksDependencies {
  bases: BaseRepository
  documents: DocumentRepository
}

const WithBaseId = t.Object({ baseId: BaseId })
const DESCRIPTION = 'Reads and cuts it as an upload would, with settings of the base or others, and stores nothing.'

/** What settings make of a document, before they are saved. */
export const previewRoutes = (dependencies: PreviewRoutesDependencies) => {
  const { baseOf, documentOf } = createScope(dependencies)

  const sourceOf = async (
    request: Request,
    baseId: string,
    body: typeof PreviewBody.static,
  ): Promise<PreviewSource> => {
    const { text, documentId, name = 'text' } = body
    if ((text === undefined) === (documentId === undefined)) throw new PreviewSourceError()
    if (documentId === undefined) return { name, bytes: new TextEncoder().encode(storableText(text ?? '')) }
    const document = await documentOf(request, documentId)
    if (document.baseId !== baseId) throw new DocumentNotFoundError(documentId)
    return { document }
  }

  const answer = async (
    { source, settings, limit }: { source: PreviewSource; settings: SplitSettings; limit: number },
    signal: AbortSignal,
  ): Promise<Preview> => {
    const { mediaType, text, chunks } = await previewChunks(dependencies, { source, settings }, signal)
    const contexts = chunks.flatMap(({ context }) => (context === null ? [] : [context.length]))
    return {
      mediaType,
      splitting: toSplittingView(settings),
      characters: text.text.length,
      pages: text.pageStarts.length,
      failedPages: text.failedPages.map(({ page }) => page),
      headings: text.headings.length,
      count: chunks.length,
      withContext: contexts.length,
      lengths: measureLengths(chunks.map(({ content }) => content.length)),
      contextLengths: measureLengths(contexts),
      chunks: chunks.slice(0, limit).map(({ key, position, title, content, context, page, pageEnd }) => ({
        ...{ id: key, position, title, content, context, page, pageEnd },
        length: content.length,
      })),
    }
  }

  return new Elysia({ prefix: '/api/bases/:baseId/preview', tags: ['knowledge'] })
    .post(
      '',
      async ({ params, body, request }) => {
        const base = await baseOf(request, params.baseId)
        const settings = toSplitting(body.splitting, base.splitting)
        const source = await sourceOf(request, base.id, body)
        return answer({ source, settings, limit: body.limit }, request.signal)
      },
      {
        params: WithBaseId,
        body: PreviewBody,
        response: { 200: Preview },
        detail: { summary: 'See how a text or a document would be cut', description: DESCRIPTION },
      },
    )
    .post(
      '/file',
      async ({ params, body, request }) => {
        const base = await baseOf(request, params.baseId)
        const settings = toSplitting(readFormSplitting(body.splitting), base.splitting)
        const source = { name: body.name ?? withoutPath(body.file.name), bytes: await bytesOf(body.file) }
        return answer({ source, settings, limit: body.limit }, request.signal)
      },
      {
        parse: 'formdata',
        params: WithBaseId,
        body: PreviewForm,
        response: { 200: Preview },
        detail: { summary: 'See how a file would be cut', description: DESCRIPTION },
      },
    )
}
