import { pause } from './pause.ts'
import type { CallOptions, Transport } from './transport.ts'

export interface Base {
  id: string
  appId: string
  name: string
  description: string
  [field: string]: unknown
}

export interface StoredDocument {
  id: string
  baseId: string | null
  name: string
  /** `ready` once it can be found; `failed` tells why in `failure`. */
  state: string
  progress: { pagesRead: number; pageCount: number | null }
  chunkCount: number
  failure: { code: string; reason: string; remedy: string } | null
  [field: string]: unknown
}

/** A passage that a search found, and where it stands. */
export interface Hit {
  /** 0..1 */
  score: number
  title: string
  content: string
  citation: { documentId: string; documentName: string; chunkId: string; page: number | null; pageEnd: number | null }
}

export interface SearchOptions extends CallOptions {
  limit?: number
  scoreMin?: number
  documentIds?: string[]
}

export interface KnowledgeClient {
  createBase(base: { name: string; description?: string }, options?: CallOptions): Promise<Base>
  getBase(baseId: string, options?: CallOptions): Promise<Base>
  deleteBase(baseId: string, options?: CallOptions): Promise<void>
  /** Text, Markdown, HTML or PDF. Resolves when the file is stored; reading it goes on. */
  upload(baseId: string, file: { name: string; content: Blob | string }, options?: CallOptions): Promise<StoredDocument>
  getDocument(documentId: string, options?: CallOptions): Promise<StoredDocument>
  deleteDocument(documentId: string, options?: CallOptions): Promise<void>
  /** Resolves when the document is `ready` or `failed`; bound the wait by a `signal`. */
  waitUntilReady(documentId: string, options?: CallOptions): Promise<StoredDocument>
  /** The best passages first. */
  search(baseId: string, query: string, options?: SearchOptions): Promise<Hit[]>
}

const LOOK_AGAIN_MS = 100
const SETTLED = new Set(['ready', 'failed'])

export const createKnowledgeClient = (transport: Transport): KnowledgeClient => {
  const getDocument = (documentId: string, options: CallOptions = {}) =>
    transport.json<StoredDocument>(documentPath(documentId), options)
  return {
    createBase: (base, options = {}) => transport.json('/api/bases', { ...options, body: base }),
    getBase: (baseId, options = {}) => transport.json(basePath(baseId), options),
    deleteBase: (baseId, options = {}) => transport.json(basePath(baseId), { ...options, method: 'DELETE' }),

    upload(baseId, file, options = {}) {
      const form = new FormData()
      form.set('file', typeof file.content === 'string' ? new Blob([file.content]) : file.content, file.name)
      return transport.json(`${basePath(baseId)}/documents`, { ...options, body: form })
    },

    getDocument,
    deleteDocument: (documentId, options = {}) =>
      transport.json(documentPath(documentId), { ...options, method: 'DELETE' }),

    async waitUntilReady(documentId, options = {}) {
      for (;;) {
        const document = await getDocument(documentId, options)
        if (SETTLED.has(document.state)) return document
        await pause(LOOK_AGAIN_MS, options.signal)
      }
    },

    async search(baseId, query, { signal, ...filters } = {}) {
      const body = { query, ...filters }
      return (await transport.json<{ hits: Hit[] }>(`${basePath(baseId)}/search`, { signal, body })).hits
    },
  }
}

const basePath = (baseId: string) => `/api/bases/${encodeURIComponent(baseId)}`
const documentPath = (documentId: string) => `/api/documents/${encodeURIComponent(documentId)}`
