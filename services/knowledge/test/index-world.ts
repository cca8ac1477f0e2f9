import type { Database } from '#shared/postgres/connect.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { createChunkRepository } from '../chunks/chunk-repository.ts'
import { type ChunkCommit, commitChunks, type NewChunk } from '../chunks/commit-chunks.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { createHitRepository } from '../retrieval/hit-repository.ts'
import type { IndexHit, KnowledgeIndex } from '../retrieval/knowledge-index.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import type { IndexEngine } from '../tables.ts'
import { createWordEmbeddings, wordVector } from './word-embeddings.ts'

/** Makes an index over a database, as one process would. Called twice it gives two processes' indexes over one store. */
export type OpenIndex = (database: Database) => Promise<KnowledgeIndex>

/** No two share a piece of four letters, so a question for one finds exactly the chunks that hold it. */
export const WORDS = ['comet', 'orbit', 'planet', 'nebula', 'quasar', '彗星', '轨道', 'dust', 'tail']
/** A word that is in every chunk, so that one query asks for all that are alive. */
export const EVERYWHERE = 'astronomy'
const MODEL = 'words'
export const DIMENSIONS = 24

/** What the oracle knows of a chunk. */
export interface LiveChunk {
  baseId: string
  documentId: string
  key: string
  content: string
}

/** A hit of an index with what its row says; a hit without a row is a chunk that should be dead. */
export type NamedHit = IndexHit & { chunk: LiveChunk | undefined }

/** Two bases of three documents each, two processes that write and search in them, and beside them a list of the chunks that are alive. */
export const createIndexWorld = async (engine: IndexEngine, open: OpenIndex, seed = 11) => {
  const postgres = await temporaryDatabase({ poolSize: 12 })
  const { database } = postgres
  const first = await open(database)
  const second = await open(database)
  const { models } = createWordEmbeddings({ [MODEL]: DIMENSIONS })
  const documents = createDocumentRepository(database)
  const baseIds = [Bun.randomUUIDv7(), Bun.randomUUIDv7()]
  const documentIds: string[] = []
  for (const baseId of baseIds) {
    await createBaseRepository(database).insert({
      id: baseId,
      appId: 'a',
      name: 'b',
      description: '',
      splitting: DEFAULT_SPLITTING,
      retrieval: { embeddingModel: MODEL },
      engine,
    })
    for (const colour of ['red', 'green', 'blue']) {
      const id = `${baseId} ${colour}`
      await documents.insert({ id, appId: 'a', baseId, name: colour, mediaType: 'text/plain', state: 'ready' })
      documentIds.push(id)
    }
  }
  /** By document and key. */
  const live = new Map<string, LiveChunk>()
  const random = seededRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const nameOf = (documentId: string, key: string) => `${documentId}/${key}`
  const baseOf = (documentId: string) => documentId.split(' ')[0] ?? ''
  let written = 0

  const newChunk = (key: string): NewChunk => ({
    key,
    position: Number(key),
    title: '',
    content: `${EVERYWHERE} ${pick(WORDS)} ${pick(WORDS)}`,
    context: null,
    page: null,
    pageEnd: null,
    references: {},
  })
  const newChunks = (count: number) =>
    Array.from({ length: count }, () => {
      written += 1
      return newChunk(String(written))
    })
  const commit = async (
    index: KnowledgeIndex,
    change: { documentId: string; add: NewChunk[]; remove: string[] } & Pick<ChunkCommit, 'after'>,
  ) => {
    const { documentId, ...rest } = change
    const baseId = baseOf(documentId)
    const document = await documents.find('a', documentId)
    if (!document) throw new Error(`${documentId} is gone`)
    await commitChunks({ database, index, models }, { baseId, document, ...rest })
    for (const key of change.remove) live.delete(nameOf(documentId, key))
    for (const { key, content } of change.add) {
      live.set(nameOf(documentId, key), { baseId, documentId, key, content })
    }
  }
  const someLive = (count: number) => {
    const documentId = pick(documentIds)
    const keys = [...live.values()].filter((chunk) => chunk.documentId === documentId).map(({ key }) => key)
    return { documentId, keys: keys.slice(0, count) }
  }
  const write = (index: KnowledgeIndex, count: number, more: Pick<ChunkCommit, 'after'> = {}) =>
    commit(index, { documentId: pick(documentIds), add: newChunks(count), remove: [], ...more })
  const remove = (index: KnowledgeIndex, count: number) => {
    const { documentId, keys } = someLive(count)
    return commit(index, { documentId, add: [], remove: keys })
  }
  const change = (index: KnowledgeIndex, count: number) => {
    const { documentId, keys } = someLive(count)
    return commit(index, { documentId, add: keys.map(newChunk), remove: keys })
  }

  const name = async (hits: readonly IndexHit[]): Promise<NamedHit[]> => {
    const rows = await createHitRepository(database).find(hits.map(({ chunkId }) => chunkId))
    return hits.map((hit) => {
      const row = rows.get(hit.chunkId)
      return { ...hit, chunk: row && live.get(nameOf(row.documentId, row.key)) }
    })
  }
  const filter = async (documentId?: string) =>
    documentId === undefined
      ? {}
      : { documentNumbers: new Set([(await documents.find(undefined, documentId))?.number ?? 0]) }

  return {
    database,
    baseIds,
    documentIds,
    first,
    second,
    live,
    write,
    remove,
    /** Does what a process does that dies before its commit. */
    async prepareOnly(index: KnowledgeIndex, count: number) {
      const [baseId = ''] = baseIds
      const ids = await createChunkRepository(database).drawIds(count)
      const document = await documents.find('a', documentIds[0] ?? '')
      await index.prepare(
        baseId,
        newChunks(count).map(({ content }, at) => ({
          id: ids[at] ?? 0,
          documentNumber: document?.number ?? 0,
          text: content,
          vector: vectorOf(content),
        })),
      )
    },
    async deleteBase(baseId: string) {
      await createBaseRepository(database).delete(undefined, baseId)
      for (const [key, chunk] of live) if (chunk.baseId === baseId) live.delete(key)
    },
    /** Writes, changes and deletes by both processes in turn. */
    async play(rounds: number) {
      for (let round = 0; round < rounds; round++) {
        const index = round % 2 === 0 ? first : second
        const dice = random()
        if (dice < 0.5) await write(index, 1 + Math.floor(random() * 4))
        else if (dice < 0.75) await change(index, 3)
        else await remove(index, 3)
      }
    },
    async askWords(index: KnowledgeIndex, text: string, asked: { baseIds: string[]; documentId?: string }) {
      const { baseIds: among, documentId } = asked
      return name(await index.search({ baseIds: among, text, limit: 5_000, ...(await filter(documentId)) }))
    },
    async askMeaning(index: KnowledgeIndex, text: string, asked: { limit: number; documentId?: string }) {
      const vector = vectorOf(text)
      const { limit, documentId } = asked
      return name(await index.searchVectors({ baseIds, model: MODEL, vector, limit, ...(await filter(documentId)) }))
    },
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  }
}

export type IndexWorld = Awaited<ReturnType<typeof createIndexWorld>>

export const vectorOf = (text: string): Float32Array => wordVector(text, { dimensions: DIMENSIONS, model: MODEL })
