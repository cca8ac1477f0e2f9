import { expect, test } from 'bun:test'
import type { Database } from '#shared/postgres/connect.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { createChunkRepository } from '../chunks/chunk-repository.ts'
import { commitChunks, type NewChunk } from '../chunks/commit-chunks.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import type { KnowledgeIndex } from '../retrieval/knowledge-index.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import type { IndexEngine } from '../tables.ts'
import { NO_EMBEDDINGS } from './word-embeddings.ts'

/** Makes an index over a database, as one process would. Called twice it gives two processes' indexes over one store. */
export type OpenIndex = (database: Database) => Promise<KnowledgeIndex>

const WORDS = ['comet', 'orbit', 'planet', 'nebula', 'quasar', 'meteor', '彗星', '轨道', 'dust', 'tail']
/** A word that is in every chunk, so that one query asks for all that are alive. */
const EVERYWHERE = 'astronomy'
const ROUNDS = 60

/** What every engine must do, whatever it is made of. The oracle is a list of live chunks kept beside it. */
export const describeKnowledgeIndex = (
  name: IndexEngine,
  setup: () => Promise<{ open: OpenIndex } & AsyncDisposable>,
) => {
  test(`${name}: after random writes, changes and deletes by two processes both find exactly what is alive`, async () => {
    await using place = await setup()
    await using world = await createWorld(name, place.open)
    await world.play(ROUNDS)
    for (const index of [world.first, world.second]) expect(await world.differences(index)).toEqual([])
    await world.first.maintain(AbortSignal.timeout(60_000))
    for (const index of [world.first, world.second]) expect(await world.differences(index)).toEqual([])
    await world.second.rebuild(world.baseId)
    for (const index of [world.first, world.second]) expect(await world.differences(index)).toEqual([])
  }, 60_000)

  test(`${name}: writers of one base at the same time lose nothing of each other`, async () => {
    await using place = await setup()
    await using world = await createWorld(name, place.open)
    await Promise.all(
      Array.from({ length: 12 }, (_, number) => world.write(number % 2 === 0 ? world.first : world.second, 3)),
    )
    expect(world.live.size).toBe(36)
    expect(await world.differences(world.first)).toEqual([])
  })

  test(`${name}: writes and deletes during a merge or a rebuild are kept`, async () => {
    await using place = await setup()
    await using world = await createWorld(name, place.open)
    for (let round = 0; round < 15; round++) await world.write(world.first, 2)
    const { first, second } = world
    await Promise.all([
      first.maintain(AbortSignal.timeout(60_000)),
      second.rebuild(world.baseId),
      world.write(second, 4),
      world.remove(first, 5),
      second.maintain(AbortSignal.timeout(60_000)),
    ])
    expect(await world.differences(first)).toEqual([])
    expect(await world.differences(second)).toEqual([])
  })

  test.each([
    ['forgets deletes', (index: KnowledgeIndex): KnowledgeIndex => ({ ...index, retract: async () => undefined })],
    [
      'loses a part of what is added',
      (index: KnowledgeIndex): KnowledgeIndex => ({
        ...index,
        prepare: (baseId, chunks, signal) => index.prepare(baseId, chunks.slice(1), signal),
      }),
    ],
    [
      'ignores the document filter',
      (index: KnowledgeIndex): KnowledgeIndex => ({
        ...index,
        search: ({ documentNumbers: _, ...query }) => index.search(query),
      }),
    ],
  ])(
    `${name}: the oracle notices an index that %s`,
    async (_what, mutate) => {
      await using place = await setup()
      await using world = await createWorld(name, async (database) => mutate(await place.open(database)))
      await world.play(20)
      expect((await world.differences(world.first)).length).toBeGreaterThan(0)
    },
    60_000,
  )
}

const createWorld = async (engine: IndexEngine, open: OpenIndex) => {
  const postgres = await temporaryDatabase({ poolSize: 12 })
  const { database } = postgres
  const first = await open(database)
  const second = await open(database)
  const baseId = Bun.randomUUIDv7()
  await createBaseRepository(database).insert({
    id: baseId,
    appId: 'a',
    name: 'b',
    description: '',
    splitting: DEFAULT_SPLITTING,
    engine,
  })
  const documents = createDocumentRepository(database)
  const documentIds = ['red', 'green', 'blue']
  for (const id of documentIds) {
    await documents.insert({ id, appId: 'a', baseId, name: id, mediaType: 'text/plain', state: 'ready' })
  }
  /** "document/key" -> content */
  const live = new Map<string, string>()
  const random = seededRandom(11)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  let written = 0

  const commit = async (index: KnowledgeIndex, change: { documentId: string; add: NewChunk[]; remove: string[] }) => {
    const document = await documents.find('a', change.documentId)
    if (!document) throw new Error(`${change.documentId} is gone`)
    await commitChunks(
      { database, index, models: NO_EMBEDDINGS.models },
      { baseId, document, add: change.add, remove: change.remove },
    )
    for (const key of change.remove) live.delete(`${change.documentId}/${key}`)
    for (const { key, content } of change.add) live.set(`${change.documentId}/${key}`, content)
  }
  const newChunk = (key: string): NewChunk => ({
    key,
    position: Number(key),
    title: '',
    content: `${EVERYWHERE} ${pick(WORDS)} ${pick(WORDS)} number${key}`,
    context: null,
    page: null,
    pageEnd: null,
    references: {},
  })
  const write = (index: KnowledgeIndex, count: number) => {
    const add = Array.from({ length: count }, () => {
      written += 1
      return newChunk(String(written))
    })
    return commit(index, { documentId: pick(documentIds), add, remove: [] })
  }
  const someLive = (count: number) => {
    const documentId = pick(documentIds)
    const keys = [...live.keys()]
      .filter((name) => name.startsWith(`${documentId}/`))
      .map((name) => name.slice(documentId.length + 1))
    return { documentId, keys: keys.slice(0, count) }
  }
  const remove = (index: KnowledgeIndex, count: number) => {
    const { documentId, keys } = someLive(count)
    return commit(index, { documentId, add: [], remove: keys })
  }
  const change = (index: KnowledgeIndex, count: number) => {
    const { documentId, keys } = someLive(count)
    return commit(index, { documentId, add: keys.map(newChunk), remove: keys })
  }

  /** The index's own answer; a hit without a row is a chunk that should be dead. */
  const ask = async (index: KnowledgeIndex, documentId?: string) => {
    const numbers = documentId ? { documentNumbers: new Set(await documents.numbersOf([documentId], [baseId])) } : {}
    const hits = await index.search({ baseIds: [baseId], text: EVERYWHERE, limit: 5_000, ...numbers })
    const rows = await createChunkRepository(database).findFound(hits.map((hit) => hit.chunkId))
    const found = new Map(rows.map((row) => [row.id, `${row.documentId}/${row.key} ${row.content}`]))
    return hits.map(({ chunkId }) => found.get(chunkId) ?? `dead ${chunkId}`).sort()
  }
  const expected = (holds: (name: string) => boolean) =>
    [...live]
      .filter(([name]) => holds(name))
      .map(([name, content]) => `${name} ${content}`)
      .sort()

  return {
    baseId,
    first,
    second,
    live,
    write,
    remove,
    async play(rounds: number) {
      for (let round = 0; round < rounds; round++) {
        const index = round % 2 === 0 ? first : second
        const dice = random()
        if (dice < 0.5) await write(index, 1 + Math.floor(random() * 4))
        else if (dice < 0.75) await change(index, 3)
        else await remove(index, 3)
      }
    },
    /** Where the index's answers and the live chunks part. */
    async differences(index: KnowledgeIndex): Promise<string[]> {
      const differences: string[] = []
      const compare = (what: string, found: string[], wanted: string[]) => {
        if (!Bun.deepEquals(found, wanted)) differences.push(`${what}: ${found.length} found, ${wanted.length} alive`)
      }
      compare(
        'everything',
        await ask(index),
        expected(() => true),
      )
      for (const id of documentIds) {
        compare(
          `document ${id}`,
          await ask(index, id),
          expected((name) => name.startsWith(`${id}/`)),
        )
      }
      return differences
    },
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  }
}
