import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { Base } from '../bases/base-schemas.ts'
import { createHitRepository } from '../retrieval/hit-repository.ts'
import { startEmbeddingServer } from '../test/embedding-server.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { wordVector } from '../test/word-embeddings.ts'
import { startVectorChanges } from './start-vector-changes.ts'

const MODELS = { small: 32, large: 48 }
const DOCUMENTS = ['a comet with a tail', 'the orbit of a planet', 'dust between the stars']

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const setUp = async (knowledge: Knowledge, model: string | null) => {
  const server = await startEmbeddingServer(knowledge.dependencies.database, MODELS)
  const baseId = await knowledge.createBase({ retrieval: { embeddingModel: model } })
  const call = async (method: 'GET' | 'PATCH', body?: object) => {
    const answer = await callApp(knowledge.app, `${method} /api/bases/${baseId}`, {
      headers: APP,
      ...(body && { body }),
    })
    expect(answer.status).toBe(200)
    return answer.body as Base
  }
  return {
    server,
    baseId,
    show: () => call('GET'),
    want: (embeddingModel: string | null) => call('PATCH', { retrieval: { embeddingModel } }),
    vectorsBecome: (model: string | null, state = model === null ? 'none' : 'ready') =>
      waitFor(
        async () => {
          const { vectors } = await call('GET')
          return vectors.model === model && vectors.state === state ? vectors : undefined
        },
        { what: `vectors of ${model} to be ${state}`, timeoutMs: 45_000 },
      ),
    save: (number: number, content: string) =>
      knowledge.wire('chunks/save', {
        docId: `d${number}`,
        group: baseId,
        chunks: [{ dataIndex: '0', content }],
        ragType: 'AIUI-RAG2',
      }),
    /** Texts that are found with a model's vectors, nearest first. */
    nearest: async (text: string, model: keyof typeof MODELS) => {
      const vector = wordVector(text, { dimensions: MODELS[model], model })
      const hits = await knowledge.dependencies.index.searchVectors({ baseIds: [baseId], model, vector, limit: 100 })
      const hitRows = createHitRepository(knowledge.dependencies.database)
      const found = await hitRows.find(hits.map(({ chunkId }) => chunkId))
      return hits.map(({ chunkId }) => found.get(chunkId)?.content)
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

test('a base that gets a model finds by meaning what it held before', async () => {
  await using knowledge = await temporaryKnowledge()
  await using world = await setUp(knowledge, null)
  for (const [number, content] of DOCUMENTS.entries()) await world.save(number, content)
  expect((await world.show()).vectors).toMatchObject({ model: null, state: 'none' })
  expect(await world.nearest('comet', 'small')).toEqual([])
  await world.want('small')
  await world.vectorsBecome('small')
  expect((await world.nearest('comet tail', 'small'))[0]).toBe(DOCUMENTS[0]!)
  expect(world.server.asked.small?.toSorted()).toEqual(DOCUMENTS.toSorted())
}, 120_000)

test('until all vectors of the next model are there the old ones answer, and the base tells how far it is', async () => {
  await using knowledge = await temporaryKnowledge()
  await using world = await setUp(knowledge, 'small')
  for (const [number, content] of DOCUMENTS.entries()) await world.save(number, content)
  const release = world.server.hold()
  const wanted = await world.want('large')
  expect(wanted.retrieval.embeddingModel).toBe('large')
  expect(wanted.vectors).toEqual({ model: 'small', state: 'changing', done: 0, total: 3, failure: null })
  expect((await world.nearest('comet tail', 'small'))[0]).toBe(DOCUMENTS[0]!)
  expect(await world.nearest('comet tail', 'large')).toEqual([])
  release()
  await world.vectorsBecome('large')
  expect((await world.nearest('comet tail', 'large'))[0]).toBe(DOCUMENTS[0]!)
  expect(await world.nearest('comet tail', 'small')).toEqual([])
}, 120_000)

test('chunks that come while the model is being changed are found with both, each in its time', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  await using world = await setUp(knowledge, 'small')
  await world.save(0, DOCUMENTS[0]!)
  await world.want('large')
  await world.save(1, DOCUMENTS[1]!)
  expect((await world.nearest('orbit planet', 'small'))[0]).toBe(DOCUMENTS[1]!)
  const ending = new AbortController()
  const logger = knowledge.dependencies.logger
  const changes = startVectorChanges({ ...knowledge.dependencies, logger, draining: ending.signal })
  for (let number = 2; number < 12; number++) await world.save(number, `comet number${number}`)
  await world.vectorsBecome('large')
  for (let number = 12; number < 16; number++) await world.save(number, `comet number${number}`)
  await changes.stop()
  expect((await world.nearest('comet', 'large')).filter((text) => text?.includes('comet')).length).toBe(15)
  expect((await world.nearest('orbit planet', 'large'))[0]).toBe(DOCUMENTS[1]!)
  expect(world.server.asked.large?.length).toBe(16)
}, 120_000)

test('a model that is away leaves the base as it was, says why, and is asked again by itself', async () => {
  await using knowledge = await temporaryKnowledge()
  await using world = await setUp(knowledge, 'small')
  await world.save(0, DOCUMENTS[0]!)
  world.server.refuse(true)
  await world.want('large')
  const { failure } = await world.vectorsBecome('small', 'failing')
  expect(failure).toMatchObject({ code: 'KNOWLEDGE_EMBEDDING_FAILED', attempts: 1 })
  expect(failure?.reason).toContain('the model is being repaired')
  expect((await world.nearest('comet', 'small'))[0]).toBe(DOCUMENTS[0]!)
  world.server.refuse(false)
  await world.vectorsBecome('large')
}, 120_000)

test('a change that is taken back before its end leaves the vectors as they were', async () => {
  await using knowledge = await temporaryKnowledge()
  await using world = await setUp(knowledge, 'small')
  await world.save(0, DOCUMENTS[0]!)
  const release = world.server.hold()
  await world.want('large')
  await world.want('small')
  release()
  await world.vectorsBecome('small')
  expect((await world.nearest('comet', 'small'))[0]).toBe(DOCUMENTS[0]!)
}, 120_000)

test('without a model a base holds no vectors, and words find as before', async () => {
  await using knowledge = await temporaryKnowledge()
  await using world = await setUp(knowledge, 'small')
  for (const [number, content] of DOCUMENTS.entries()) await world.save(number, content)
  await world.want(null)
  await world.vectorsBecome(null)
  expect(await world.nearest('comet', 'small')).toEqual([])
  const hits = await knowledge.dependencies.index.search({ baseIds: [world.baseId], text: 'comet', limit: 5 })
  expect(hits.length).toBe(1)
  await knowledge.dependencies.index.rebuild(world.baseId)
  expect(await world.nearest('comet', 'small')).toEqual([])
}, 120_000)

test('a save over the wire whose vectors cannot be made is refused with the reason, and leaves nothing', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  await using world = await setUp(knowledge, 'small')
  world.server.refuse(true)
  const refused = await world.save(0, DOCUMENTS[0]!)
  expect(refused.code).toBe(10017)
  expect(refused.message).toContain('the model is being repaired')
  expect(await knowledge.dependencies.index.search({ baseIds: [world.baseId], text: 'comet', limit: 5 })).toEqual([])
  world.server.refuse(false)
  expect((await world.save(0, DOCUMENTS[0]!)).code).toBe(0)
  expect((await world.nearest('comet', 'small'))[0]).toBe(DOCUMENTS[0]!)
}, 120_000)
