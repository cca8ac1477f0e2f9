import { expect, test } from 'bun:test'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { Base } from './base-schemas.ts'
import { DEFAULT_RETRIEVAL } from './retrieval-settings.ts'

const setUp = async () => {
  const knowledge = await temporaryKnowledge({ claim: false })
  const models = createModelRepository(knowledge.dependencies.database)
  const common = { provider: 'openai', modelId: 'm', url: 'http://127.0.0.1:9/v1' } as const
  await models.insert({ ...common, name: 'small-embedder', kind: 'embedding' })
  await models.insert({ ...common, name: 'sorter', kind: 'rerank' })
  await models.insert({ ...common, name: 'eyes', kind: 'chat' })
  const send = async (route: Parameters<typeof callApp>[1], body?: object) => {
    const answer = await callApp(knowledge.app, route, { headers: APP, ...(body ? { body } : {}) })
    return { status: answer.status, body: answer.body as Base & { code?: string; detail?: string; remedy?: string } }
  }
  return { knowledge, send, [Symbol.asyncDispose]: knowledge[Symbol.asyncDispose] }
}

test('a base has the settings that it was given, and the defaults for the rest', async () => {
  await using place = await setUp()
  const created = await place.send('POST /api/bases', {
    ...{ id: 'manuals', name: 'Manuals', language: 'zh', ocrModel: 'eyes', keepsQueries: false },
    retrieval: { embeddingModel: 'small-embedder', rerankModel: 'sorter', weights: { lexical: 0.3, vector: 0.7 } },
  })
  expect(created.status).toBe(201)
  const shown = await place.send('GET /api/bases/manuals')
  expect(shown.body).toMatchObject({
    ...{ language: 'zh', engine: 'segments', ocrModel: 'eyes', keepsQueries: false },
    retrieval: {
      ...DEFAULT_RETRIEVAL,
      ...{ embeddingModel: 'small-embedder', rerankModel: 'sorter', weights: { lexical: 0.3, vector: 0.7 } },
    },
  })
})

test('a change leaves alone what it does not name', async () => {
  await using place = await setUp()
  const retrieval = { embeddingModel: 'small-embedder', scoreMin: 0.2 }
  await place.send('POST /api/bases', { id: 'manuals', name: 'Manuals', ocrModel: 'eyes', retrieval })
  const changed = await place.send('PATCH /api/bases/manuals', { retrieval: { mode: 'lexical' }, ocrModel: null })
  expect(changed.body).toMatchObject({
    name: 'Manuals',
    ocrModel: null,
    retrieval: { ...DEFAULT_RETRIEVAL, ...retrieval, mode: 'lexical' },
  })
  const without = await place.send('PATCH /api/bases/manuals', { retrieval: { embeddingModel: null } })
  expect(without.body.retrieval).toEqual({ ...DEFAULT_RETRIEVAL, mode: 'lexical', scoreMin: 0.2 })
})

test.each([
  ['an embedding model that nobody saved', { retrieval: { embeddingModel: 'nowhere' } }, 'nowhere'],
  ['a chat model to make vectors', { retrieval: { embeddingModel: 'eyes' } }, 'eyes'],
  ['an embedding model to put hits in order', { retrieval: { rerankModel: 'small-embedder' } }, 'small-embedder'],
  ['a rerank model to read images', { ocrModel: 'sorter' }, 'sorter'],
])('%s is refused when it is named, with what to do', async (_what, settings, model) => {
  await using place = await setUp()
  const refused = { status: 422, body: { code: 'KNOWLEDGE_MODEL_NOT_USABLE', detail: expect.stringContaining(model) } }
  expect(await place.send('POST /api/bases', { name: 'Manuals', ...settings })).toMatchObject(refused)
  await place.send('POST /api/bases', { id: 'manuals', name: 'Manuals' })
  const answer = await place.send('PATCH /api/bases/manuals', settings)
  expect(answer).toMatchObject(refused)
  expect(answer.body.remedy).toContain('/api/models')
  expect((await place.send('GET /api/bases/manuals')).body.retrieval).toEqual(DEFAULT_RETRIEVAL)
})

test.each([
  [{ language: 'not a language' }],
  [{ engine: 'something' }],
  [{ retrieval: {} }],
  [{ retrieval: { mode: 'magic' } }],
  [{ retrieval: { weights: { lexical: 2, vector: 0 } } }],
  [{ retrieval: { scoreMin: -1 } }],
  [{ ocrModel: '' }],
])('settings such as %j are refused', async (settings) => {
  await using place = await setUp()
  expect(await place.send('POST /api/bases', { name: 'Manuals', ...settings })).toMatchObject({
    status: 422,
    body: { code: 'REQUEST_INVALID' },
  })
})
