import { type CallOptions, queryOf, type Transport } from './transport.ts'

export interface Base {
  id: string
  name: string
  description: string
  [field: string]: unknown
}

export interface StoredDocument {
  id: string
  name: string
  /** How far its ingestion is. */
  state: string
  [field: string]: unknown
}

/** A passage that a search found. */
export interface Passage {
  score: number
  docId: string
  title: string
  content: string
  [field: string]: unknown
}

export interface KnowledgeClient {
  listBases(options?: CallOptions): Promise<{ bases: Base[] }>
  getBase(baseId: string, options?: CallOptions): Promise<Base>
  createBase(base: { id?: string; name: string; description?: string }, options?: CallOptions): Promise<Base>
  deleteBase(baseId: string, options?: CallOptions): Promise<void>
  /** Text, Markdown or PDF. It can be found once its state is `ready`; `getDocument` tells. */
  upload(baseId: string, file: { name: string; content: Blob | string }, options?: CallOptions): Promise<StoredDocument>
  getDocument(documentId: string, options?: CallOptions): Promise<StoredDocument>
  /** The best passages first. */
  search(
    baseIds: string[],
    query: string,
    options?: CallOptions & { limit?: number; scoreMin?: number },
  ): Promise<Passage[]>
}

/** The wire takes one to five. */
const PASSAGES_DEFAULT = 3

export const createKnowledgeClient = (transport: Transport): KnowledgeClient => ({
  listBases: (options = {}) => transport.json(`/api/bases${queryOf({})}`, options),
  getBase: (baseId, options = {}) => transport.json(pathOf(baseId), options),
  createBase: (base, options = {}) => transport.json('/api/bases', { ...options, body: base }),
  deleteBase: (baseId, options = {}) => transport.json(pathOf(baseId), { ...options, method: 'DELETE' }),

  upload(baseId, file, options = {}) {
    const form = new FormData()
    form.set('file', typeof file.content === 'string' ? new Blob([file.content]) : file.content, file.name)
    return transport.json(`${pathOf(baseId)}/documents`, { ...options, body: form })
  },

  getDocument: (documentId, options = {}) =>
    transport.json(`/api/documents/${encodeURIComponent(documentId)}`, options),

  async search(baseIds, query, options = {}) {
    const { limit = PASSAGES_DEFAULT, scoreMin = 0, signal } = options
    const body = { query, topN: limit, ragType: 'CBG-RAG', match: { repoId: baseIds, threshold: scoreMin } }
    const data = await transport.envelope<{ results: Passage[] }>('/knowledge/v1/chunk/query', { signal, body })
    return data.results
  },
})

const pathOf = (baseId: string) => `/api/bases/${encodeURIComponent(baseId)}`
