import { failedReasons } from '../failed-chunks.ts'
import { queryChunks } from '../query-chunks.ts'
import { queryDocument, queryDocumentName } from '../query-document.ts'
import { saveChunks } from '../save-chunks.ts'
import type { SplitDefaults } from '../split-defaults.ts'
import { splitFile } from '../split-file.ts'
import { updateChunks } from '../update-chunks.ts'
import { wireError } from '../wire-error.ts'
import type { WireStrategy } from '../wire-strategy.ts'
import { type BuiltInDependencies, deleteFromStore } from './built-in.ts'
import { savedChunk } from './result-shapes.ts'

/** Near RAGFlow's general chunker, whose 512 tokens are some 1,000 characters. */
const SPLIT_DEFAULTS: SplitDefaults = {
  lengthRange: [16, 1_000],
  overlap: 0,
  separators: ['\n'],
  titleSplitAlways: false,
  overlapAlways: false,
}

/** Ragflow-RAG without a RAGFlow: the built-in store in RAGFlow's shapes. */
export const ragflowShapesStrategy = (dependencies: BuiltInDependencies): WireStrategy => ({
  async query(request, call) {
    const hits = await queryChunks(dependencies, request, call)
    const results = hits.map(({ score, chunk }) => ({
      score,
      docId: chunk.documentId,
      title: chunk.documentName,
      content: chunk.content,
      context: chunk.context ?? chunk.content,
      chunkId: chunk.key,
      references: chunk.references,
      fileName: chunk.documentName,
      ...(chunk.page === null ? {} : { page: chunk.page, pageEnd: chunk.pageEnd }),
    }))
    return { query: request.query, count: results.length, results }
  },
  async split(request, call) {
    const { docId, chunks } = await splitFile(dependencies, request, { ...call, defaults: SPLIT_DEFAULTS })
    return chunks.map(({ key, content }) => ({
      docId,
      dataIndex: key,
      title: '',
      content,
      context: content,
      references: null,
    }))
  },
  async chunks_save(request, { appId }) {
    const { saved } = await saveChunks(dependencies, request, appId)
    const now = new Date()
    return saved.map((chunk) => ({
      ...savedChunk(chunk, { docId: request.docId, group: request.group, now }),
      imgReference: null,
    }))
  },
  chunks_update: async (request, { appId }) => failedReasons(await updateChunks(dependencies, request, appId)),
  async chunks_delete(request, call) {
    if (!request.chunkIds?.length) throw wireError(10002, 'chunkIds is needed')
    return deleteFromStore(dependencies, request, call)
  },
  async query_doc(request, { appId }) {
    const chunks = await queryDocument(dependencies, request, appId)
    return chunks.map(({ key, content }) => ({ docId: request.docId, chunkId: key, content }))
  },
  query_doc_name: (request, { appId }) => queryDocumentName(dependencies, request, appId),
})
