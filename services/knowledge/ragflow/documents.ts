import { ChunkList, DocumentList, type ListedChunk, type RagflowDocument, readAnswer } from './ragflow-answers.ts'
import { pathOf, type RagflowClient } from './ragflow-client.ts'
import { orIfAbsent } from './ragflow-failure.ts'

/** The most that every version of RAGFlow gives at once. */
const PAGE_CHUNKS = 100
/** Pages of one document's chunks; more than RAGFlow's own limit of what can be listed. */
const PAGES_MAX = 1_000

const RUN_WORDS: Record<string, string> = { '0': 'UNSTART', '1': 'RUNNING', '2': 'CANCEL', '3': 'DONE', '4': 'FAIL' }

/** UNSTART, RUNNING, CANCEL, DONE or FAIL; RAGFlow tells it by number or by word. */
export const runOf = ({ run }: Pick<RagflowDocument, 'run'>): string => {
  const told = String(run ?? '0').toUpperCase()
  return RUN_WORDS[told] ?? told
}

/** Undefined for a document that the dataset does not hold. */
export const findDocument = async (
  ask: RagflowClient,
  at: { datasetId: string; documentId: string },
  signal: AbortSignal,
): Promise<RagflowDocument | undefined> => {
  const asked = ask({
    method: 'GET',
    path: `${pathOf('datasets', at.datasetId)}/documents`,
    query: { page: '1', page_size: '30', id: at.documentId },
    isRepeatable: true,
    signal,
  })
  // A document that is not there is an error to RAGFlow.
  return readAnswer(DocumentList, await orIfAbsent(asked, { docs: [] })).docs.find(({ id }) => id === at.documentId)
}

/** Every chunk of a document, in RAGFlow's order. */
export const listChunks = async (
  ask: RagflowClient,
  at: { datasetId: string; documentId: string },
  signal: AbortSignal,
): Promise<ListedChunk[]> => {
  const found = new Map<string, ListedChunk>()
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const answer = await ask({
      method: 'GET',
      path: chunksPath(at),
      query: { page: String(page), page_size: String(PAGE_CHUNKS) },
      isRepeatable: true,
      signal,
    })
    const { chunks } = readAnswer(ChunkList, answer)
    for (const chunk of chunks) found.set(chunk.id, chunk)
    if (chunks.length < PAGE_CHUNKS) break
  }
  return [...found.values()]
}

export const chunksPath = ({ datasetId, documentId }: { datasetId: string; documentId: string }): string =>
  `${pathOf('datasets', datasetId, 'documents', documentId)}/chunks`

/** Removes a document with its chunks. One that is gone already is fine. */
export const deleteDocument = async (
  ask: RagflowClient,
  at: { datasetId: string; documentId: string },
  signal: AbortSignal,
): Promise<void> => {
  const path = `${pathOf('datasets', at.datasetId)}/documents`
  const asked = ask({ method: 'DELETE', path, body: { ids: [at.documentId] }, isRepeatable: true, signal })
  await orIfAbsent(asked, undefined)
}
