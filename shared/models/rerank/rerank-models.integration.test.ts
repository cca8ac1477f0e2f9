import { expect, test } from 'bun:test'
import { startModelServer } from '#shared/testing/model-server.ts'
import { modelContext } from '../fixtures/model-context.ts'
import type { NewModel } from '../tables.ts'

const { signal } = new AbortController()
const documents = ['aaa', 'a', 'aaaaa', 'aa', 'a']
/** Longer is better, so that the places of the best are known. */
const best = [2, 0, 3, 1, 4]
const row = (changes: Partial<NewModel> & { name: string }) => ({ modelId: 'r-1', kind: 'rerank' as const, ...changes })

test('documents are ranked in the shape of Jina and Cohere', async () => {
  await using server = startModelServer(({ body }) =>
    Response.json({
      results: (body.documents as string[]).map((text, index) => ({ index, relevance_score: text.length / 10 })),
      usage: { total_tokens: 50 },
    }),
  )
  await using context = await modelContext()
  await context.save(row({ name: 'r', url: server.url }))
  const ranked = await (await context.directory.rerankByName('r', 'a'))?.rerank('q', documents, signal)
  expect(ranked?.map(({ index }) => index)).toEqual(best)
  expect(ranked?.[0]).toEqual({ index: 2, score: 0.5 })
  expect(server.requests[0]).toMatchObject({ path: '/v1/rerank', body: { model: 'r-1', query: 'q', top_n: 5 } })
  expect(await context.usage()).toMatchObject([{ app_id: 'a', model: 'r', calls: 1, prompt: 50 }])
})

test('a Text Embeddings Inference server is recognised by its refusal, and ranks what does not fit into one request', async () => {
  await using server = startModelServer(({ body }) => {
    if (!('texts' in body))
      return new Response('Failed to deserialize: missing field `texts` at line 1', { status: 422 })
    return Response.json((body.texts as string[]).map((text, index) => ({ index, score: text.length })).toReversed())
  })
  await using context = await modelContext()
  await context.save(row({ name: 'tei', url: new URL(server.url).origin, limits: { batchMax: 2 } }))
  const model = await context.directory.rerankByName('tei')
  expect((await model?.rerank('q', documents, signal))?.map(({ index }) => index)).toEqual(best)
  expect(server.requests.at(-1)?.path).toBe('/rerank')
  const before = server.requests.length
  await model?.rerank('q', ['x'], signal)
  expect(server.requests.length).toBe(before + 1)
  expect(await model?.rerank('q', [], signal)).toEqual([])
})

test('an answer that leaves documents out, or tells one twice, is refused', async () => {
  await using server = startModelServer((_, call) =>
    Response.json({
      results: [{ index: 0, relevance_score: 1 }, ...(call === 1 ? [] : [{ index: 0, relevance_score: 1 }])],
    }),
  )
  await using context = await modelContext()
  await context.save(row({ name: 'r', url: server.url }))
  const model = await context.directory.rerankByName('r')
  for (let time = 0; time < 2; time += 1) {
    await expect(model?.rerank('q', ['a', 'b'], signal)).rejects.toMatchObject({ code: 'MODEL_BAD_ANSWER' })
  }
})

test('another rerank model stands in for one that fails', async () => {
  await using broken = startModelServer(() => Response.json({ detail: 'bad key' }, { status: 401 }))
  await using good = startModelServer(() => Response.json({ results: [{ index: 0, relevance_score: 1 }] }))
  await using context = await modelContext()
  await context.save(row({ name: 'first', url: broken.url, fallbacks: ['second'] }))
  await context.save(row({ name: 'second', url: good.url }))
  const model = await context.directory.rerankByName('first')
  expect(await model?.rerank('q', ['a'], signal)).toEqual([{ index: 0, score: 1 }])
  expect(context.metric('orrery_model_fallbacks_total')).toEqual({ 'model=first,to=second': 1 })
})
