import type { ChunkRepository } from '../chunks/chunk-repository.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import type { DocumentState } from '../documents/document-state.ts'
import type { ChunkRow } from '../tables.ts'
import type { QueryDocument } from './wire-models.ts'

export interface QueryDocumentDependencies {
  documents: DocumentRepository
  chunks: ChunkRepository
}

const PAGE_CHUNKS = 1_000

/** Words that the original's clients know for a document's state. */
const FILE_STATUS: Record<DocumentState, string> = {
  queued: 'UNSTART',
  reading: 'RUNNING',
  splitting: 'RUNNING',
  indexing: 'RUNNING',
  ready: 'DONE',
  failed: 'FAIL',
  draft: 'UNSTART',
}

/** Every chunk of a document in reading order. Empty for a document that is not there. */
export const queryDocument = async (
  { documents, chunks }: QueryDocumentDependencies,
  request: QueryDocument,
  appId: string | undefined,
): Promise<ChunkRow[]> => {
  const document = await documents.find(appId, request.docId)
  if (!document) return []
  const found: ChunkRow[] = []
  let after: ChunkRow | undefined
  for (;;) {
    const page = await chunks.listOf(document.id, { after, limit: PAGE_CHUNKS })
    found.push(...page)
    if (page.length < PAGE_CHUNKS) return found
    after = page.at(-1)
  }
}

/** Name and state of a document; null for one that is not there. */
export const queryDocumentName = async (
  { documents }: QueryDocumentDependencies,
  request: QueryDocument,
  appId: string | undefined,
) => {
  const document = await documents.find(appId, request.docId)
  return document
    ? {
        docId: document.id,
        fileName: document.name,
        fileStatus: FILE_STATUS[document.state],
        fileQuantity: document.chunkCount,
      }
    : null
}
