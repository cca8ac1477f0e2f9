import { failedIds } from '../failed-chunks.ts'
import { queryChunks } from '../query-chunks.ts'
import { queryDocument, queryDocumentName } from '../query-document.ts'
import { resolveReferences } from '../resolve-references.ts'
import { saveChunks } from '../save-chunks.ts'
import type { SplitDefaults } from '../split-defaults.ts'
import { splitFile } from '../split-file.ts'
import { updateChunks } from '../update-chunks.ts'
import type { WireStrategy } from '../wire-strategy.ts'
import { type BuiltInDependencies, deleteFromStore } from './built-in.ts'
import { richResult } from './result-shapes.ts'

/** What the original meant to send when a client leaves these out. */
const SPLIT_DEFAULTS: SplitDefaults = {
  lengthRange: [16, 512],
  overlap: 16,
  separators: ['。', '！', '；', '？'],
  titleSplitAlways: true,
  overlapAlways: true,
}

/** AIUI-RAG2, the default of the original's clients: the built-in store in the shapes of AIUI. */
export const aiuiStrategy = (dependencies: BuiltInDependencies): WireStrategy => ({
  async query(request, call) {
    const results = (await queryChunks(dependencies, request, call)).map(richResult)
    return { query: request.query, count: results.length, results }
  },
  async split(request, call) {
    const document = await splitFile(dependencies, request, { ...call, defaults: SPLIT_DEFAULTS, needsExtension: true })
    return document.chunks.map((chunk) => ({
      docId: document.docId,
      dataIndex: chunk.key,
      title: chunk.title,
      content: chunk.content,
      context: chunk.context ?? chunk.content,
      references: chunk.references,
      docInfo: {
        documentId: document.docId,
        documentName: document.name,
        documentSource: document.url,
        ...(chunk.page === null ? {} : { page: chunk.page, pageEnd: chunk.pageEnd }),
      },
    }))
  },
  chunks_save: async (request, { appId }) => failedIds((await saveChunks(dependencies, request, appId)).failed),
  chunks_update: async (request, { appId }) => failedIds(await updateChunks(dependencies, request, appId)),
  chunks_delete: (request, call) => deleteFromStore(dependencies, request, call),
  async query_doc(request, { appId }) {
    const chunks = await queryDocument(dependencies, request, appId)
    return chunks.map(({ key, content, references }) => ({
      docId: request.docId,
      chunkId: key,
      content: resolveReferences(content, references),
    }))
  },
  query_doc_name: (request, { appId }) => queryDocumentName(dependencies, request, appId),
})
