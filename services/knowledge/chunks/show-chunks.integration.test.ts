import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { commitChunks, type NewChunk } from './commit-chunks.ts'
import { hideChunks, showChunks } from './show-chunks.ts'

/** A word of every chunk, so that one query asks for all that can be found. */
const EVERYWHERE = 'astronomy'
const CHUNKS = 12

const chunk = (key: string, changes: Partial<NewChunk> = {}): NewChunk => ({
  key,
  position: Number(key),
  title: '',
  content: `${EVERYWHERE} number${key}`,
  context: null,
  page: null,
  pageEnd: null,
  references: {},
  ...changes,
})

const libraryOf = async (knowledge: Awaited<ReturnType<typeof temporaryKnowledge>>) => {
  const { dependencies } = knowledge
  const baseId = await knowledge.createBase()
  const addDocument = async (id: string, count = CHUNKS) => {
    await dependencies.documents.insert({
      id,
      appId: 'acme',
      baseId,
      name: id,
      mediaType: 'text/plain',
      state: 'ready',
    })
    const document = await dependencies.documents.find('acme', id)
    if (!document) throw new Error(`${id} was not stored`)
    const add = Array.from({ length: count }, (_, number) => chunk(String(number)))
    await commitChunks(dependencies, { baseId, document, add })
    return document
  }
  /** What the index finds, as ids: neither rows nor filters of a search stand in between. */
  const indexed = async () => {
    const hits = await dependencies.index.search({ baseIds: [baseId], text: EVERYWHERE, limit: 10_000 })
    return hits.map((hit) => hit.chunkId).sort((a, b) => a - b)
  }
  /** What it ought to find, by the rows alone. */
  const wanted = async (documentIds: string[]) => {
    const ids: number[] = []
    for (const id of documentIds) {
      const document = await dependencies.documents.find('acme', id)
      const rows = await dependencies.chunks.listOf(id, { limit: 10_000 })
      if (document?.enabled) ids.push(...rows.filter((row) => row.enabled).map((row) => row.id))
    }
    return ids.sort((a, b) => a - b)
  }
  return { baseId, addDocument, indexed, wanted, dependencies }
}

test('a disabled chunk is found by no search, and by all again once it is enabled, at its place and under its key', async () => {
  await using knowledge = await temporaryKnowledge()
  const { baseId, addDocument, indexed, dependencies } = await libraryOf(knowledge)
  const document = await addDocument('a')
  const before = await dependencies.chunks.listOf('a', { limit: 100 })

  expect(await hideChunks(dependencies, { baseId, document, keys: ['3', '7', 'unknown'] })).toBe(2)
  expect(await hideChunks(dependencies, { baseId, document, keys: ['3'] })).toBe(0)
  expect(await indexed()).toEqual(before.filter((row) => row.key !== '3' && row.key !== '7').map((row) => row.id))
  const found = await knowledge.search(baseId, EVERYWHERE, { limit: 50 })
  expect(found.hits.some((hit) => hit.content.endsWith('number3'))).toBe(false)

  expect(await showChunks(dependencies, { baseId, document, keys: ['3', '7'] })).toBe(2)
  expect(await showChunks(dependencies, { baseId, document, keys: ['3', '7'] })).toBe(0)
  const after = await dependencies.chunks.listOf('a', { limit: 100 })
  const withoutCommit = (rows: typeof after) => rows.map(({ id: _id, seq: _seq, ...row }) => row)
  expect(withoutCommit(after)).toEqual(withoutCommit(before))
  expect(after.map((row) => row.id === before.find(({ key }) => key === row.key)?.id)).toEqual(
    after.map((row) => row.key !== '3' && row.key !== '7'),
  )
  expect(await indexed()).toEqual(after.map((row) => row.id).sort((a, b) => a - b))
})

test('a disabled document takes its chunks out of every search, those too that come while it is disabled', async () => {
  await using knowledge = await temporaryKnowledge()
  const { baseId, addDocument, indexed, wanted, dependencies } = await libraryOf(knowledge)
  const document = await addDocument('a')
  await addDocument('b')
  await hideChunks(dependencies, { baseId, document, keys: ['0'] })

  expect(await hideChunks(dependencies, { baseId, document, keys: 'all' })).toBe(CHUNKS - 1)
  expect(await hideChunks(dependencies, { baseId, document, keys: 'all' })).toBe(0)
  const add = [chunk('1', { content: `${EVERYWHERE} anew` }), chunk('20'), chunk('21', { enabled: false })]
  await commitChunks(dependencies, { baseId, document, remove: ['1', '2'], add })
  expect(await hideChunks(dependencies, { baseId, document, keys: ['4'] })).toBe(0)
  expect(await showChunks(dependencies, { baseId, document, keys: ['0'] })).toBe(0)
  expect(await indexed()).toEqual(await wanted(['b']))

  // One was removed, one came, and one of the two that were disabled each for itself still is.
  expect(await showChunks(dependencies, { baseId, document, keys: 'all' })).toBe(CHUNKS - 1)
  expect(await indexed()).toEqual(await wanted(['a', 'b']))
  const rows = await dependencies.chunks.listOf('a', { limit: 100 })
  expect(rows.filter((row) => !row.enabled).map((row) => row.key)).toEqual(['4', '21'])
})

test('neither a merge nor a rebuild brings back what is disabled, and neither loses what is enabled again', async () => {
  await using knowledge = await temporaryKnowledge()
  const { baseId, addDocument, indexed, wanted, dependencies } = await libraryOf(knowledge)
  const names = Array.from({ length: 14 }, (_, number) => `document-${number}`)
  const documents = await Promise.all(names.map((name) => addDocument(name, 3)))
  for (const document of documents.slice(0, 5)) {
    await hideChunks(dependencies, { baseId, document, keys: ['1'] })
  }
  for (const document of documents.slice(4, 8)) await hideChunks(dependencies, { baseId, document, keys: 'all' })
  const alive = 14 * 3 - 5 - 4 * 3 + 1

  await dependencies.index.maintain(AbortSignal.timeout(60_000))
  expect(await indexed()).toEqual(await wanted(names))
  expect((await indexed()).length).toBe(alive)
  await dependencies.index.rebuild(baseId)
  expect((await indexed()).length).toBe(alive)

  for (const document of documents.slice(0, 5)) {
    await showChunks(dependencies, { baseId, document, keys: ['1'] })
  }
  await dependencies.index.maintain(AbortSignal.timeout(60_000))
  for (const document of documents.slice(4, 8)) await showChunks(dependencies, { baseId, document, keys: 'all' })
  expect((await indexed()).length).toBe(14 * 3)
  await dependencies.index.rebuild(baseId)
  expect(await indexed()).toEqual(await wanted(names))
  expect((await indexed()).length).toBe(14 * 3)
})

test('many who hide, show, write, merge and rebuild at once leave an index that equals the rows', async () => {
  await using knowledge = await temporaryKnowledge()
  const { baseId, addDocument, indexed, wanted, dependencies } = await libraryOf(knowledge)
  const names = ['a', 'b', 'c']
  const documents = await Promise.all(names.map((name) => addDocument(name)))
  const random = seededRandom(7)
  const pick = (below: number) => Math.floor(random() * below)
  for (let round = 0; round < 6; round++) {
    await Promise.all([
      ...Array.from({ length: 12 }, () => {
        const document = documents[pick(3)]!
        const keys = random() < 0.3 ? ('all' as const) : Array.from({ length: 3 }, () => String(pick(CHUNKS)))
        return (random() < 0.5 ? hideChunks : showChunks)(dependencies, { baseId, document, keys })
      }),
      ...Array.from({ length: 4 }, () => {
        const key = String(pick(CHUNKS))
        const content = `${EVERYWHERE} version${pick(1_000)}`
        const add = [chunk(key, { content, enabled: random() < 0.7 })]
        return commitChunks(dependencies, { baseId, document: documents[pick(3)]!, remove: [key], add })
      }),
      dependencies.index.maintain(AbortSignal.timeout(60_000)),
      round % 2 === 0 ? dependencies.index.rebuild(baseId) : undefined,
    ])
    expect(await indexed()).toEqual(await wanted(names))
  }
  for (const name of names) {
    const rows = await dependencies.chunks.listOf(name, { limit: 100 })
    expect(rows.map((row) => row.key)).toEqual(Array.from({ length: CHUNKS }, (_, number) => String(number)))
  }
  for (const document of documents) await showChunks(dependencies, { baseId, document, keys: 'all' })
  expect((await indexed()).length).toBeGreaterThan(0)
  expect(await indexed()).toEqual(await wanted(names))
}, 120_000)
