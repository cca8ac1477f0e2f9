import type { Json } from '../openapi/json-values.ts'
import type { ToolVersionRow } from '../tables.ts'

/** Documents are read once; so many of the last used are kept. A version never changes. */
const DOCUMENTS_MAX = 64

/** Reads the stored documents of versions. */
export type LoadDocument = (version: Pick<ToolVersionRow, 'versionId' | 'document'>) => Json

export const createDocumentLoader = (): LoadDocument => {
  const documents = new Map<number, Json>()
  return ({ versionId, document }) => {
    const read = documents.get(versionId) ?? (JSON.parse(document) as Json)
    documents.delete(versionId)
    documents.set(versionId, read)
    const [oldest] = documents.keys()
    if (documents.size > DOCUMENTS_MAX && oldest !== undefined) documents.delete(oldest)
    return read
  }
}
