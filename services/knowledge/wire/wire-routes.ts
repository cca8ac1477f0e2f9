import { Elysia } from 'elysia'
import { createSessionIds } from '#shared/ids/session-id.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import type { SearchBasesDependencies } from '../retrieval/search-bases.ts'
import { deleteChunks } from './delete-chunks.ts'
import type { FieldRule } from './field-rules.ts'
import { queryChunks } from './query-chunks.ts'
import { queryDocument, queryDocumentName } from './query-document.ts'
import { requireBuiltIn } from './rag-types.ts'
import { readBody } from './read-body.ts'
import { type SaveChunksDependencies, saveChunks } from './save-chunks.ts'
import { type SplitFileDependencies, splitFile } from './split-file.ts'
import { updateChunks } from './update-chunks.ts'
import { UNEXPECTED_CODE, WireError } from './wire-error.ts'
import { ChunkDelete, ChunkQuery, ChunkSave, ChunkUpdate, FileSplit, QueryDocument } from './wire-models.ts'
import { describeWireRoute, WIRE_BODIES } from './wire-schemas.ts'

export interface WireRoutesDependencies extends SearchBasesDependencies, SaveChunksDependencies, SplitFileDependencies {
  logger: Logger
}

interface WireCall {
  appId: string | undefined
  signal: AbortSignal
}

const hit = {
  score: 0.71,
  docId: 'doc-1',
  title: 'Back up',
  content: 'Copy the data directory.',
  context: 'Copy the data directory.',
  chunkId: '6',
  references: {},
  docInfo: { documentId: 'doc-1', documentName: 'handbook.pdf', page: 3, pageEnd: 3 },
  fileName: 'handbook.pdf',
}

/**
 * The original's seven knowledge routes: POST, JSON, HTTP 200 always, `{code, message, sid, data}` on success and the same without `data`
 * on failure.
 */
export const wireRoutes = (dependencies: WireRoutesDependencies) => {
  const nextSid = createSessionIds({ sub: 'spf' })

  const answer =
    <Model>(model: FieldRule<Model>, work: (body: Model, call: WireCall) => Promise<unknown>) =>
    async ({ request }: { request: Request }) => {
      const sid = nextSid()
      try {
        const appId = scopeOf(request.headers)
        const data = await work(await readBody(request, model), { appId, signal: request.signal })
        return { code: 0, message: 'success', sid, data }
      } catch (error) {
        if (error instanceof WireError) return { code: error.code, message: error.message, sid }
        dependencies.logger.error({ err: error, sid, path: new URL(request.url).pathname }, 'unexpected failure')
        return { code: UNEXPECTED_CODE, message: `${UNEXPECTED_CODE}: Service exception(quote the sid ${sid})`, sid }
      }
    }

  return new Elysia({ prefix: '/knowledge/v1' })
    .post(
      '/document/split',
      answer(FileSplit, (body, call) => {
        requireBuiltIn(body.ragType, 'split')
        return splitFile(dependencies, body, call)
      }),
      {
        parse: 'none',
        detail: describeWireRoute('Fetch a file and split it', WIRE_BODIES.split, [
          { docId: 'doc-1', dataIndex: '0', title: '', content: '…', context: '…', references: {}, docInfo: {} },
        ]),
      },
    )
    .post(
      '/chunks/save',
      answer(ChunkSave, (body, { appId }) => {
        requireBuiltIn(body.ragType, 'chunks_save')
        return saveChunks(dependencies, body, appId)
      }),
      { parse: 'none', detail: describeWireRoute('Save chunks into a base', WIRE_BODIES.save, null) },
    )
    .post(
      '/chunk/update',
      answer(ChunkUpdate, (body, { appId }) => {
        requireBuiltIn(body.ragType, 'chunks_update')
        return updateChunks(dependencies, body, appId)
      }),
      { parse: 'none', detail: describeWireRoute('Change chunks', WIRE_BODIES.update, null) },
    )
    .post(
      '/chunk/delete',
      answer(ChunkDelete, (body, { appId }) => {
        requireBuiltIn(body.ragType, 'chunks_delete', { chunkIds: body.chunkIds })
        return deleteChunks(dependencies, body, appId)
      }),
      { parse: 'none', detail: describeWireRoute('Delete chunks or a document', WIRE_BODIES.delete, null) },
    )
    .post(
      '/chunk/query',
      answer(ChunkQuery, (body, call) => {
        requireBuiltIn(body.ragType, 'query', { docIds: body.match.docIds })
        return queryChunks(dependencies, body, call)
      }),
      {
        parse: 'none',
        detail: describeWireRoute('Search bases', WIRE_BODIES.query, {
          query: 'How do I back up?',
          count: 1,
          results: [hit],
        }),
      },
    )
    .post(
      '/document/chunk',
      answer(QueryDocument, (body, { appId }) => {
        requireBuiltIn(body.ragType, 'query_doc')
        return queryDocument(dependencies, body, appId)
      }),
      {
        parse: 'none',
        detail: describeWireRoute('List the chunks of a document', WIRE_BODIES.document, [
          { docId: 'doc-1', chunkId: '0', content: '…' },
        ]),
      },
    )
    .post(
      '/document/name',
      answer(QueryDocument, (body, { appId }) => {
        requireBuiltIn(body.ragType, 'query_doc_name')
        return queryDocumentName(dependencies, body, appId)
      }),
      {
        parse: 'none',
        detail: describeWireRoute('Name and state of a document', WIRE_BODIES.document, {
          docId: 'doc-1',
          fileName: 'handbook.pdf',
          fileStatus: 'DONE',
          fileQuantity: 9,
        }),
      },
    )
}
