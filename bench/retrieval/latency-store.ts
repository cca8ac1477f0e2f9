import postgres from 'postgres'
import { createBaseRepository } from '../../services/knowledge/bases/base-repository.ts'
import { createChunkRepository } from '../../services/knowledge/chunks/chunk-repository.ts'
import { textHashOf } from '../../services/knowledge/chunks/commit-chunks.ts'
import { createDocumentRepository } from '../../services/knowledge/documents/document-repository.ts'
import { createEmbeddingRepository } from '../../services/knowledge/embeddings/embedding-repository.ts'
import type { KnowledgeIndex } from '../../services/knowledge/retrieval/knowledge-index.ts'
import { DEFAULT_SPLITTING } from '../../services/knowledge/splitting/split-settings.ts'
import type { IndexEngine } from '../../services/knowledge/tables.ts'
import { connectionOptions, type Database } from '../../shared/postgres/connect.ts'
import type { BenchChunk } from './latency-corpus.ts'

/** Chunks of one commit, as a large document has them. */
export const COMMIT_CHUNKS = 2_000
const MODEL = 'bench'
const APP = 'bench'

/** A base named like its engine, as the service stores it: rows of documents, chunks and vectors, of which an index is derived and merged. */
export const createBenchBase = async (
  { database, url }: { database: Database; url: string },
  engine: IndexEngine,
  dimensions: number,
) => {
  const baseId = engine
  const bases = createBaseRepository(database)
  await bases.insert({ id: baseId, appId: APP, name: baseId, description: '', splitting: DEFAULT_SPLITTING, engine })
  const sql = postgres({ ...connectionOptions(url), max: 1 })
  await sql`update knowledge_bases set vector_model = ${MODEL}, vector_dimensions = ${dimensions} where id = ${baseId}`
  const documents = createDocumentRepository(database)
  /** Of the corpus -> of the base. */
  const numbers = new Map<number, { id: string; number: number }>()

  const addDocument = async (documentNumber: number): Promise<void> => {
    if (numbers.has(documentNumber)) return
    const id = `${baseId}-${documentNumber}`
    const row = await documents.insert({ id, appId: APP, baseId, name: id, mediaType: 'text/plain', state: 'ready' })
    if (!row) throw new Error(`Document ${id} could not be stored.`)
    numbers.set(documentNumber, row)
  }

  return {
    baseId,
    /** Document of the corpus to the number the index knows it by. */
    numberOf: (documentNumber: number) => numbers.get(documentNumber)?.number ?? 0,
    /** Stores chunks and makes them count, as one commit. Resolves to the milliseconds that the index took. */
    async commit(index: KnowledgeIndex, chunks: readonly BenchChunk[]): Promise<number> {
      for (const { documentNumber } of chunks) await addDocument(documentNumber)
      const documentsOf = chunks.map(({ documentNumber }) => numbers.get(documentNumber))
      const ids = await createChunkRepository(database).drawIds(chunks.length)
      const hashes = chunks.map(({ text }) => textHashOf({ title: '', content: text }))
      const vectors = new Map(chunks.map(({ vector }, at) => [hashes[at] ?? '', vector]))
      await createEmbeddingRepository(database).store({ baseId, model: MODEL }, vectors)
      const started = performance.now()
      const prepared = await index.prepare(
        baseId,
        chunks.map(({ text, vector }, at) => ({
          id: ids[at] ?? 0,
          documentNumber: documentsOf[at]?.number ?? 0,
          text,
          vector,
        })),
      )
      const tookMs = performance.now() - started
      await database.transaction(async (transaction) => {
        const seq = (await createBaseRepository(transaction).advance(baseId)) ?? 0
        await createChunkRepository(transaction).insert(
          chunks.map(({ id, text }, at) => ({
            id: ids[at] ?? 0,
            baseId,
            documentId: documentsOf[at]?.id ?? '',
            key: String(id),
            position: id,
            title: '',
            content: text,
            context: null,
            page: null,
            pageEnd: null,
            seq,
            references: {},
            enabled: true,
            origin: 'document' as const,
            textHash: hashes[at] ?? '',
            sourceHash: null,
          })),
        )
        await prepared.publish({ transaction, baseId, seq })
      })
      return tookMs
    },
    close: () => sql.end(),
  }
}
