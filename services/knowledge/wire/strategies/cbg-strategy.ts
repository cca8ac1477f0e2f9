import { failedIds } from '../failed-chunks.ts'
import { queryChunks } from '../query-chunks.ts'
import { queryDocument, queryDocumentName } from '../query-document.ts'
import { saveChunks } from '../save-chunks.ts'
import type { SplitDefaults } from '../split-defaults.ts'
import { splitFile } from '../split-file.ts'
import { updateChunks } from '../update-chunks.ts'
import { wireError } from '../wire-error.ts'
import type { WireStrategy } from '../wire-strategy.ts'
import { type BuiltInDependencies, deleteFromStore } from './built-in.ts'
import { readNeighbours } from './read-neighbours.ts'
import { savedChunk } from './result-shapes.ts'

/** The upstream's own defaults; it knows neither overlap nor headings. */
const SPLIT_DEFAULTS: SplitDefaults = {
  lengthRange: [256, 2_000],
  overlap: 0,
  separators: ['\r\n', '\n'],
  titleSplitAlways: false,
  overlapAlways: false,
}

/** CBG-RAG: the built-in store in the shapes of CBG, which needs ids where others take all. */
export const cbgStrategy = (dependencies: BuiltInDependencies): WireStrategy => ({
  async query(request, call) {
    if (!request.match.docIds?.length) throw wireError(10001, 'docIds is needed')
    const hits = await queryChunks(dependencies, request, call)
    const wide = await readNeighbours(
      dependencies.database,
      hits.map((hit) => hit.chunk),
    )
    const results = hits.map(({ score, chunk }, index) => ({
      score,
      docId: chunk.documentId,
      chunkId: chunk.key,
      fileName: chunk.documentName,
      content: chunk.content,
      context: wide[index]?.text ?? chunk.content,
      references: wide[index]?.references ?? chunk.references,
      ...(chunk.page === null ? {} : { page: chunk.page, pageEnd: chunk.pageEnd }),
    }))
    return { query: request.query, count: results.length, results }
  },
  async split(request, call) {
    const { docId, chunks } = await splitFile(dependencies, request, { ...call, defaults: SPLIT_DEFAULTS })
    return chunks.map(({ key, content, references }) => ({
      docId,
      dataIndex: key,
      title: '',
      content,
      context: content,
      references,
    }))
  },
  async chunks_save(request, { appId }) {
    const { saved } = await saveChunks(dependencies, request, appId)
    const now = new Date()
    return saved.map((chunk) => savedChunk(chunk, { docId: request.docId, group: request.group, now }))
  },
  chunks_update: async (request, { appId }) => failedIds(await updateChunks(dependencies, request, appId)),
  async chunks_delete(request, call) {
    if (!request.chunkIds?.length) throw wireError(10001, 'chunkIds is needed')
    return deleteFromStore(dependencies, request, call)
  },
  async query_doc(request, { appId }) {
    const chunks = await queryDocument(dependencies, request, appId)
    return chunks.map(({ key, content, references }) => ({
      docId: request.docId,
      chunkId: key,
      content: withoutMarks(content, references),
    }))
  },
  async query_doc_name(request, { appId }) {
    const document = await queryDocumentName(dependencies, request, appId)
    return document && { ...document, fileName: withoutUploadPrefix(document.fileName) }
  },
})

/** The content without its `{key}` marks of images. Pure. */
export const withoutMarks = (content: string, references: Record<string, unknown>): string =>
  Object.keys(references).reduce((text, key) => text.replaceAll(`{${key}}`, ''), content)

/** The original's clients store files under `<number>_<id>_<name>`; what is shown is the name. Pure. */
export const withoutUploadPrefix = (fileName: string): string => {
  const parts = fileName.split('_')
  return parts.length > 2 ? parts.slice(2).join('_') : fileName
}
