import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import { describeKnowledgeIndex } from '../../test/knowledge-index-behaviour.ts'
import { temporaryKnowledge } from '../../test/temporary-knowledge.ts'
import { createSegmentIndex } from './segment-index.ts'
import { createSegmentRepository } from './segment-repository.ts'

describeKnowledgeIndex('segments', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'orrery-segments-'))
  return {
    open: async (database) =>
      createSegmentIndex({ database, store: await openLocalObjectStore(directory), logger: silentLogger }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
})

const stored = async (knowledge: Awaited<ReturnType<typeof temporaryKnowledge>>) => {
  const baseId = await knowledge.createBase()
  const save = (number: number) =>
    knowledge.wire('chunks/save', {
      docId: 'd',
      group: baseId,
      chunks: [{ dataIndex: String(number), content: `comet number ${number}` }],
      ragType: 'AIUI-RAG2',
    })
  const store = await openLocalObjectStore(join(knowledge.dataDirectory, 'objects/knowledge/segments'))
  const manifest = createSegmentRepository(knowledge.dependencies.database)
  const index = createSegmentIndex({ database: knowledge.dependencies.database, store, logger: silentLogger })
  const count = async () => (await index.search({ baseIds: [baseId], text: 'comet', limit: 100 })).length
  return { baseId, save, store, manifest, index, count }
}

test.each(['is lost', 'has a flipped bit', 'is cut short'])(
  'an index file that %s is derived again from the chunks at the next question',
  async (harm) => {
    await using knowledge = await temporaryKnowledge({ claim: false })
    const { baseId, save, store, manifest, count } = await stored(knowledge)
    for (let number = 0; number < 3; number++) await save(number)
    const [{ hash } = { hash: '' }] = (await manifest.snapshot(baseId, 0))?.segments ?? []
    const path = await store.localPath(hash)
    const bytes = await Bun.file(path).bytes()
    await store.delete(hash)
    if (harm === 'is cut short') await Bun.write(path, bytes.slice(0, -8))
    if (harm === 'has a flipped bit') {
      bytes.set([(bytes.at(-1) ?? 0) ^ 1], bytes.length - 1)
      await Bun.write(path, bytes)
    }
    expect(await count()).toBe(3)
  },
)

test('ten small segments become one, and tombstones go with the chunks they were for', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { baseId, save, manifest, index, count } = await stored(knowledge)
  for (let number = 0; number < 12; number++) await save(number)
  await knowledge.wire('chunk/delete', { docId: 'd', chunkIds: ['3', '4'], ragType: 'AIUI-RAG2' })
  await index.maintain(AbortSignal.timeout(30_000))
  const after = (await manifest.snapshot(baseId, 0))!
  expect(after.segments.length).toBeLessThan(4)
  expect(after.dead).toEqual([])
  expect(await count()).toBe(10)
})

test('what a base no longer names is unnamed, and what it names is not', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { baseId, save, store, manifest } = await stored(knowledge)
  await save(1)
  const orphan = await store.put(new Uint8Array([1, 2, 3]))
  const [named] = (await manifest.snapshot(baseId, 0))!.segments
  expect(await manifest.unnamed([orphan, named!.hash])).toEqual([orphan])
})
