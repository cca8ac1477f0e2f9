import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { startMeaningModels } from '../test/meaning-models.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { SearchResult } from './search-schemas.ts'

type Found = typeof SearchResult.static & { code?: string; status: number }

/** Documents about animals and cars; a base of its own each for words and for meaning. */
const TEXTS: Record<string, string> = {
  'dogs.md': '# Pets\n\nDogs guard the house at night and bark at strangers loudly.',
  'cats.md': '# Pets\n\nCats sleep for most of the day and hunt mice after dark.',
  'cars.md': '# Traffic\n\nCars need oil, petrol and a careful driver on every street.',
}

const setUp = async (settings: object = {}) => {
  const knowledge = await temporaryKnowledge()
  const models = await startMeaningModels(knowledge.dependencies)
  const fill = async (more: object) => {
    const baseId = await knowledge.createBase(more)
    for (const [name, text] of Object.entries(TEXTS)) {
      await knowledge.settled((await knowledge.upload(baseId, text, { name })).body.id)
    }
    return baseId
  }
  const ask = async (path: `/${string}`, body: object, headers = APP) => {
    const response = await callApp(knowledge.app, `POST ${path}`, { headers, body })
    return { ...(response.body as Found), status: response.status }
  }
  return {
    ...{ knowledge, models, fill, ask, baseId: await fill(settings) },
    names: (found: Found) => found.hits.map(({ citation }) => citation.documentName),
    async [Symbol.asyncDispose]() {
      await knowledge[Symbol.asyncDispose]()
      await models[Symbol.asyncDispose]()
    },
  }
}

test('a base with an embedding model finds by meaning what no word finds, and says how', async () => {
  await using world = await setUp({ retrieval: { embeddingModel: 'embedder' } })
  const { ask, baseId, names } = world
  const found = await ask(`/api/bases/${baseId}/search`, { query: 'canine', limit: 2 })
  expect(names(found)[0]).toBe('dogs.md')
  expect(found.hits[0]?.parts).toMatchObject({ lexical: null, vector: { rank: 1 }, rerank: null })
  expect(found.warnings).toEqual([])

  const byWords = await ask(`/api/bases/${baseId}/search`, { query: 'canine', mode: 'lexical' })
  expect(byWords.hits).toEqual([])
  const both = await ask(`/api/bases/${baseId}/search`, { query: 'dogs bark', limit: 3 })
  expect(both.hits[0]).toMatchObject({
    score: 1,
    parts: { lexical: { rank: 1 }, vector: { rank: 1 }, fused: { rank: 1 } },
  })

  // A threshold asks for what a hit is worth, not for its rank.
  const worth = both.hits[0]?.parts.vector?.score ?? 0
  expect(names(await ask(`/api/bases/${baseId}/search`, { query: 'dogs bark', scoreMin: worth - 0.01 }))).toContain(
    'dogs.md',
  )
  expect((await ask(`/api/bases/${baseId}/search`, { query: 'canine', scoreMin: 0.999 })).hits).toEqual([])
}, 120_000)

test('a question is answered by words while the embedding model fails, unless meaning alone was asked for', async () => {
  await using world = await setUp({ retrieval: { embeddingModel: 'embedder', mode: 'vector' } })
  const { ask, baseId, names, models } = world
  models.state.fails.add('embedder')
  const path = `/api/bases/${baseId}/search` as const
  const found = await ask(path, { query: 'dogs' })
  expect(names(found)).toEqual(['dogs.md'])
  expect(found.warnings).toEqual([
    { code: 'EMBEDDING_UNAVAILABLE', model: 'embedder', message: expect.stringContaining('embedder') },
  ])
  expect(await ask(path, { query: 'dogs', mode: 'vector' })).toMatchObject({
    status: 503,
    code: 'KNOWLEDGE_MODEL_UNAVAILABLE',
  })

  // After three failures it is left alone, and the answer comes without asking it.
  await ask(path, { query: 'dogs' })
  const asked = models.asked('embeddings')
  expect(names(await ask(path, { query: 'dogs' }))).toEqual(['dogs.md'])
  expect(models.asked('embeddings')).toBe(asked)
  const failures = world.knowledge.dependencies.metrics
    .snapshot()
    .families.find(({ name }) => name === 'orrery_knowledge_model_failures_total')
  expect(failures?.series.map(({ labels, value }) => [labels.why, value])).toEqual([
    ['failed', 3],
    ['resting', 1],
  ])
}, 120_000)

test('a rerank model decides the order, and its failure leaves the order before it', async () => {
  await using world = await setUp({ retrieval: { rerankModel: 'judge' } })
  const { ask, baseId, names, models, knowledge } = world
  const long = `Dogs dogs dogs, and ${'so much more than anybody wanted to hear about anything else '.repeat(6)}.`
  await knowledge.settled((await knowledge.upload(baseId, long, { name: 'long.md' })).body.id)
  const path = `/api/bases/${baseId}/search` as const
  const found = await ask(path, { query: 'dogs' })
  expect(names(found)).toEqual(['dogs.md', 'long.md'])
  expect(found.hits[0]?.parts.rerank).toMatchObject({ rank: 1, model: 'judge', score: found.hits[0]?.score })
  expect((await ask(path, { query: 'dogs', scoreMin: (found.hits[0]?.score ?? 0) - 0.001 })).count).toBe(1)

  const without = await ask(path, { query: 'dogs', rerankModel: null })
  expect(names(without)).toEqual(['long.md', 'dogs.md'])
  models.state.fails.add('judge')
  const poorer = await ask(path, { query: 'dogs' })
  expect(names(poorer)).toEqual(['long.md', 'dogs.md'])
  expect(poorer.warnings.map(({ code, model }) => [code, model])).toEqual([['RERANK_UNAVAILABLE', 'judge']])
  const unknown = await ask(path, { query: 'dogs', rerankModel: 'nobody' })
  expect([unknown.status, unknown.warnings[0]?.model, unknown.count]).toEqual([200, 'nobody', 2])
}, 120_000)

test('bases with different settings answer together, and a base of another app is as one that is not there', async () => {
  await using world = await setUp({ retrieval: { embeddingModel: 'embedder' } })
  const { ask, baseId, fill } = world
  const plain = await fill({})
  const found = await ask('/api/search', { baseIds: [baseId, plain], query: 'dogs', limit: 2 })
  expect(found.hits.map(({ citation }) => [citation.baseId, citation.documentName]).sort()).toEqual(
    [
      [baseId, 'dogs.md'],
      [plain, 'dogs.md'],
    ].sort(),
  )
  const warned = await ask('/api/search', { baseIds: [baseId, plain], query: 'canine', mode: 'vector' })
  expect([warned.warnings[0]?.code, warned.hits[0]?.citation.baseId]).toEqual(['VECTORS_MISSING', baseId])
  expect(await ask('/api/search', { baseIds: [plain], query: 'dogs', mode: 'vector' })).toMatchObject({
    ...{ status: 409, code: 'KNOWLEDGE_VECTORS_MISSING' },
  })
  const foreign = { ...APP, 'x-consumer-username': 'rival' }
  const refused = await ask('/api/search', { baseIds: [plain], query: 'dogs' }, foreign)
  const missing = await ask('/api/search', { baseIds: ['none'], query: 'dogs' }, foreign)
  expect([refused.status, refused.code]).toEqual([missing.status, missing.code])
  expect(refused.status).toBe(404)

  // Documents are narrowed down; chunks around a hit and the places of its words are told when asked for.
  const narrowed = await ask(`/api/bases/${plain}/search`, {
    ...{
      query: 'dogs cats cars',
      highlights: true,
      neighbours: 1,
      filter: { metadata: { field: 'year', exists: false } },
    },
  })
  expect(narrowed.count).toBe(3)
  const [hit] = narrowed.hits
  expect(hit?.highlights?.map(([start, end]) => hit.content.slice(start, end))).toHaveLength(1)
  expect(hit?.neighbours).toEqual({ before: [], after: [] })
  expect((await ask(`/api/bases/${plain}/search`, { query: 'dogs', filter: { tagsAny: ['none'] } })).count).toBe(0)
  expect(
    await ask(`/api/bases/${plain}/search`, { query: 'dogs', filter: { metadata: { field: 'x' } } }),
  ).toMatchObject({
    ...{ status: 422, code: 'KNOWLEDGE_FILTER_INVALID' },
  })
}, 120_000)
