import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { commitChunks, type NewChunk } from '../chunks/commit-chunks.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { createSegmentIndex } from '../retrieval/segments/segment-index.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import { createWordEmbeddings, wordVector } from '../test/word-embeddings.ts'

const MODEL = 'words'
const DIMENSIONS = 40

const setUp = async (embeddings = createWordEmbeddings({ [MODEL]: DIMENSIONS })) => {
  const postgres = await temporaryDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'orrery-vectors-'))
  const { database } = postgres
  const store = await openLocalObjectStore(directory)
  const index = createSegmentIndex({ database, store, logger: silentLogger })
  const baseId = Bun.randomUUIDv7()
  await createBaseRepository(database).insert({
    id: baseId,
    appId: 'a',
    name: 'b',
    description: '',
    splitting: DEFAULT_SPLITTING,
    retrieval: { embeddingModel: MODEL },
  })
  const documents = createDocumentRepository(database)
  const document = await documents.insert({
    id: 'd',
    appId: 'a',
    baseId,
    name: 'd',
    mediaType: 'text/plain',
    state: 'ready',
  })
  if (!document) throw new Error('the document could not be stored')
  const dependencies = { database, index, models: embeddings.models }
  return {
    dependencies,
    baseId,
    document,
    asked: embeddings.asked,
    save: (contents: readonly string[], remove: readonly string[] | 'all' = []) =>
      commitChunks(dependencies, { baseId, document, add: contents.map(newChunk), remove }),
    nearest: async (text: string, limit = 3) => {
      const vector = wordVector(text, { dimensions: DIMENSIONS, model: MODEL })
      return index.searchVectors({ baseIds: [baseId], model: MODEL, vector, limit })
    },
    async [Symbol.asyncDispose]() {
      await postgres[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const newChunk = (content: string, position: number): NewChunk => ({
  key: `${position} ${content}`,
  position,
  title: '',
  content,
  context: null,
  page: null,
  pageEnd: null,
  references: {},
})

test('a chunk is found by what it means from the moment of its commit', async () => {
  await using world = await setUp()
  await world.save(['a comet with a tail', 'the orbit of a planet', 'dust between stars'])
  const [first] = await world.nearest('A comet with a tail')
  expect(first?.score).toBeGreaterThan(0.99)
  expect(first?.score).toBeLessThanOrEqual(1.001)
})

test('a new version of a document asks the model only for what changed', async () => {
  await using world = await setUp()
  await world.save(['a comet', 'a planet', 'a planet'])
  expect(world.asked.toSorted()).toEqual(['a comet', 'a planet'])
  await world.save(['a comet', 'a galaxy'], 'all')
  expect(world.asked.toSorted()).toEqual(['a comet', 'a galaxy', 'a planet'])
})

test('what a model answered before it failed is not asked for again', async () => {
  const embeddings = createWordEmbeddings({ [MODEL]: DIMENSIONS })
  const contents = Array.from({ length: 700 }, (_, number) => `comet number${number}`)
  let failsAfter = 300
  const models = {
    async embeddingByName(name: string) {
      const model = await embeddings.models.embeddingByName(name)
      return (
        model && {
          ...model,
          async embed(texts: readonly string[], signal: AbortSignal) {
            if (embeddings.asked.length >= failsAfter) throw new Error('the model fell over')
            return model.embed(texts, signal)
          },
        }
      )
    },
  }
  await using world = await setUp({ ...embeddings, models })
  await expect(world.save(contents)).rejects.toThrow('fell over')
  expect(await world.nearest('comet', 1_000)).toEqual([])
  failsAfter = Number.POSITIVE_INFINITY
  await world.save(contents)
  expect(embeddings.asked.length).toBe(contents.length)
  expect((await world.nearest('comet', 1_000)).length).toBe(contents.length)
})

test('vectors of another length than before are refused, and nothing of the commit stays', async () => {
  const dimensions = { [MODEL]: DIMENSIONS }
  await using world = await setUp(createWordEmbeddings(dimensions))
  await world.save(['a comet'])
  dimensions[MODEL] = DIMENSIONS * 2
  await expect(world.save(['a planet'])).rejects.toMatchObject({ code: 'KNOWLEDGE_EMBEDDING_LENGTH_CHANGED' })
  expect(await world.dependencies.index.search({ baseIds: [world.baseId], text: 'planet', limit: 5 })).toEqual([])
})

test('vectors that are longer than an index takes are refused', async () => {
  await using world = await setUp(createWordEmbeddings({ [MODEL]: 8_193 }))
  await expect(world.save(['a comet'])).rejects.toMatchObject({ code: 'KNOWLEDGE_EMBEDDING_TOO_LONG' })
})

test('a base whose model is gone says so', async () => {
  await using world = await setUp(createWordEmbeddings({}))
  await expect(world.save(['a comet'])).rejects.toMatchObject({ code: 'KNOWLEDGE_EMBEDDING_MODEL_UNKNOWN' })
})

test('the index is derived again with its vectors, and a merge keeps them', async () => {
  await using world = await setUp()
  for (let number = 0; number < 12; number++) await world.save([`comet number${number}`, `planet number${number}`])
  const before = await world.nearest('comet number7', 30)
  expect(before.length).toBeGreaterThan(12)
  await world.dependencies.index.maintain(AbortSignal.timeout(30_000))
  expect(await world.nearest('comet number7', 30)).toEqual(before)
  await world.dependencies.index.rebuild(world.baseId)
  expect(await world.nearest('comet number7', 30)).toEqual(before)
})
