import { Elysia } from 'elysia'
import { createSessionIds } from '#shared/ids/session-id.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import type { RagflowContext } from '../ragflow/ragflow-context.ts'
import { ragflowStrategy } from '../ragflow/ragflow-strategy.ts'
import type { FieldRule } from './field-rules.ts'
import { readBody } from './read-body.ts'
import type { BuiltInDependencies } from './strategies/built-in.ts'
import { builtInStrategies } from './strategies/built-in-strategies.ts'
import {
  ChunkDelete,
  ChunkQuery,
  ChunkSave,
  ChunkUpdate,
  FileSplit,
  QueryDocument,
  type RagType,
} from './wire-models.ts'
import { describeWireRoute, WIRE_BODIES } from './wire-schemas.ts'
import { operationOf, toWireFailure, unexpectedFailure, type WireCall, type WireOperation } from './wire-strategy.ts'

export interface WireRoutesDependencies extends BuiltInDependencies {
  logger: Logger
  /** A RAGFlow that answers Ragflow-RAG in the place of the built-in store. */
  ragflow?: RagflowContext
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
  const { ragflow } = dependencies
  const builtIn = builtInStrategies(dependencies)
  const strategies = { ...builtIn, 'Ragflow-RAG': ragflow ? ragflowStrategy(ragflow) : builtIn['Ragflow-RAG'] }

  const answer =
    <Model extends { ragType: RagType }>(operation: WireOperation, model: FieldRule<Model>) =>
    async ({ request, set }: { request: Request; set: { headers: Record<string, unknown> } }) => {
      const sid = nextSid()
      try {
        const call: WireCall = { appId: scopeOf(request.headers), signal: request.signal }
        const body = await readBody(request, model)
        // The model of a route is the one that its operation takes.
        const work = operationOf(strategies, body.ragType, operation) as unknown as (
          body: Model,
          call: WireCall,
        ) => Promise<unknown>
        return { code: 0, message: 'success', sid, data: await work(body, call) }
      } catch (error) {
        const wire = toWireFailure(operation, error)
        if (wire) {
          Object.assign(set.headers, wire.headers)
          return { ...wire.body, sid }
        }
        dependencies.logger.error({ err: error, sid, path: new URL(request.url).pathname }, 'unexpected failure')
        const { code, message } = unexpectedFailure(operation, `is in the logs under the sid ${sid}`)
        return { code, message, sid }
      }
    }

  return new Elysia({ prefix: '/knowledge/v1' })
    .post('/document/split', answer('split', FileSplit), {
      parse: 'none',
      detail: describeWireRoute('Fetch a file and split it', WIRE_BODIES.split, [
        { docId: 'doc-1', dataIndex: '0', title: '', content: '…', context: '…', references: {}, docInfo: {} },
      ]),
    })
    .post('/chunks/save', answer('chunks_save', ChunkSave), {
      parse: 'none',
      detail: describeWireRoute('Save chunks into a base', WIRE_BODIES.save, null),
    })
    .post('/chunk/update', answer('chunks_update', ChunkUpdate), {
      parse: 'none',
      detail: describeWireRoute('Change chunks', WIRE_BODIES.update, null),
    })
    .post('/chunk/delete', answer('chunks_delete', ChunkDelete), {
      parse: 'none',
      detail: describeWireRoute('Delete chunks or a document', WIRE_BODIES.delete, null),
    })
    .post('/chunk/query', answer('query', ChunkQuery), {
      parse: 'none',
      detail: describeWireRoute('Search bases', WIRE_BODIES.query, {
        query: 'How do I back up?',
        count: 1,
        results: [hit],
      }),
    })
    .post('/document/chunk', answer('query_doc', QueryDocument), {
      parse: 'none',
      detail: describeWireRoute('List the chunks of a document', WIRE_BODIES.document, [
        { docId: 'doc-1', chunkId: '0', content: '…' },
      ]),
    })
    .post('/document/name', answer('query_doc_name', QueryDocument), {
      parse: 'none',
      detail: describeWireRoute('Name and state of a document', WIRE_BODIES.document, {
        docId: 'doc-1',
        fileName: 'handbook.pdf',
        fileStatus: 'DONE',
        fileQuantity: 9,
      }),
    })
}
