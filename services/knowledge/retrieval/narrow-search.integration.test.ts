import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { commitDocuments, type NewChunk } from '../chunks/commit-chunks.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import { createWordEmbeddings, wordVector } from '../test/word-embeddings.ts'
import type { DocumentFilter } from './document-filter.ts'
import { createDocumentFilterRepository } from './document-filter-repository.ts'
import type { IndexHit } from './knowledge-index.ts'
import { type NarrowedAsk, narrowSearch } from './narrow-search.ts'
import { createSegmentIndex } from './segments/segment-index.ts'

const BASE = 'base'
const MODEL = 'words'
const DIMENSIONS = 24
const DOCUMENTS = 300
const CHUNKS_PER_DOCUMENT = 2
const FEW_MAX = 3
const ROUNDS = 80
const WORDS = ['comet', 'orbit', 'planet', 'nebula', 'quasar', 'dust', 'tail', 'lens']

const random = seededRandom(31)
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item

/** A base of documents with a grade from 0 to 99, some of them hidden, and the index over them. */
const createPlace = async () => {
  const postgres = await temporaryDatabase()
  const { database, client } = postgres
  const directory = await mkdtemp(join(tmpdir(), 'orrery-narrow-'))
  const index = createSegmentIndex({ database, store: await openLocalObjectStore(directory), logger: silentLogger })
  const { models } = createWordEmbeddings({ [MODEL]: DIMENSIONS })
  const retrieval = { embeddingModel: MODEL }
  const base = { id: BASE, appId: 'a', name: 'b', description: '', splitting: DEFAULT_SPLITTING, retrieval }
  await createBaseRepository(database).insert(base)
  const documents = createDocumentRepository(database)
  const rows = await documents.insertAll(
    Array.from({ length: DOCUMENTS }, (_, at) => ({
      ...{ id: `d${at}`, appId: 'a', baseId: BASE, name: 'n', mediaType: 'text/plain', state: 'ready' as const },
      ...{ tags: at % 3 === 0 ? ['third'] : [], metadata: { grade: Math.floor(random() * 100) } },
    })),
  )
  const newChunk = (_: unknown, position: number): NewChunk => ({
    ...{ key: String(position), position, title: '', context: null, page: null, pageEnd: null, references: {} },
    content: Array.from({ length: 2 + Math.floor(random() * 8) }, () => pick(WORDS)).join(' '),
  })
  const added = rows.map((document) => ({
    document,
    add: Array.from({ length: CHUNKS_PER_DOCUMENT }, newChunk),
  }))
  for (let from = 0; from < added.length; from += 100) {
    const some = added.slice(from, from + 100)
    await commitDocuments({ database, index, models }, { baseId: BASE, documents: some })
  }
  for (const { id } of rows.slice(0, 20)) await documents.setEnabled(id, false)
  return {
    ...{ client, database, index },
    async [Symbol.asyncDispose]() {
      await postgres[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const anyFilter = (): DocumentFilter => {
  const from = Math.floor(random() * 100)
  const grade = { field: 'grade', from, to: from + Math.floor(random() ** 2 * 100) }
  const metadata = random() < 0.3 ? { not: grade } : grade
  return random() < 0.2 ? { metadata, tagsAny: ['third'] } : { metadata }
}

test('however many documents a filter lets through, the hits are those of a search of only these', async () => {
  await using place = await createPlace()
  const { index } = place
  const filters = createDocumentFilterRepository(place.database)
  const ways = { told: 0, lookedThrough: 0, widened: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const filter = anyFilter()
    const text = `${pick(WORDS)} ${pick(WORDS)}`
    const vector = wordVector(text, { dimensions: DIMENSIONS, model: MODEL })
    const limit = 1 + Math.floor(random() * 20)
    const searches: ((how: NarrowedAsk) => Promise<IndexHit[]>)[] = [
      (how) => index.search({ baseIds: [BASE], text, ...how }),
      (how) => index.searchVectors({ baseIds: [BASE], vector, ...how }),
    ]
    const documentNumbers = await filters.numbersOf([BASE], filter)
    const narrowing = await narrowSearch(filters, { baseIds: [BASE], filter, fewMax: FEW_MAX })
    expect(narrowing.isEmpty).toBe(documentNumbers.size === 0)
    for (const search of searches) {
      const asked: NarrowedAsk[] = []
      const hits = await narrowing.search((how) => {
        asked.push(how)
        return search(how)
      }, limit)
      expect({ filter, text, limit, hits }).toEqual({
        ...{ filter, text, limit },
        hits: await search({ limit, documentNumbers }),
      })
      if (asked.at(-1)?.documentNumbers) ways.told += 1
      else if (asked.length > 1) ways.widened += 1
      else ways.lookedThrough += 1
    }
  }
  // Each way of applying a filter has to have been taken often.
  expect(Math.min(...Object.values(ways))).toBeGreaterThan(8)
}, 120_000)

test('a base whose engine looks at likely hits only is told which documents pass', async () => {
  await using place = await createPlace()
  await place.client`update knowledge_bases set indexed_by = 'lancedb' where id = ${BASE}`
  const filters = createDocumentFilterRepository(place.database)
  const filter = { metadata: { field: 'grade', from: 0 } }
  const narrowing = await narrowSearch(filters, { baseIds: [BASE], filter, fewMax: FEW_MAX })
  const asked: NarrowedAsk[] = []
  await narrowing.search(async (how) => {
    asked.push(how)
    return []
  }, 10)
  expect(asked).toEqual([{ limit: 10, documentNumbers: await filters.numbersOf([BASE], filter) }])
}, 60_000)
