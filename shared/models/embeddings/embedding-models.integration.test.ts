import { expect, test } from 'bun:test'
import { type ModelServerRequest, startModelServer } from '#shared/testing/model-server.ts'
import { modelContext } from '../fixtures/model-context.ts'
import type { NewModel } from '../tables.ts'

const { signal } = new AbortController()

/** What the vector of a text is, so that a wrong order shows. */
const vectorOf = (text: string): number[] => [text.length, text.charCodeAt(0), 0.5]
const toBase64 = (vector: number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString('base64')

const textsIn = ({ body }: ModelServerRequest): string[] => body.input as string[]
const answerOpenAi = (
  asked: ModelServerRequest,
  written = asked.body.encoding_format === 'base64' ? toBase64 : (v: number[]) => v,
) =>
  Response.json({
    // The order of the answer is not the order of the question.
    data: textsIn(asked)
      .map((text, index) => ({ index, embedding: written(vectorOf(text)) }))
      .toReversed(),
    usage: { prompt_tokens: textsIn(asked).length * 3 },
  })

const embedding = (row: Partial<NewModel>) => ({ name: 'e', modelId: 'e-1', kind: 'embedding' as const, ...row })
const toLists = (vectors: Float32Array[]) => vectors.map((vector) => [...vector])

test('texts become vectors in their order, in requests that the provider takes', async () => {
  await using server = startModelServer((asked) => answerOpenAi(asked))
  await using context = await modelContext()
  const price = { promptPerMillion: 1, completionPerMillion: 0, currency: 'USD' }
  await context.save(embedding({ url: server.url, limits: { batchMax: 4 }, price }))
  const model = await context.directory.embeddingByName('e', 'a')
  const texts = Array.from({ length: 30 }, (_, index) => 'x'.repeat(index + 1))
  expect(toLists((await model?.embed(texts, signal)) ?? [])).toEqual(texts.map(vectorOf))
  expect(model?.dimensions).toBe(3)
  expect(server.requests).toHaveLength(8)
  expect(server.requests[0]).toMatchObject({
    path: '/v1/embeddings',
    body: { model: 'e-1', encoding_format: 'base64' },
  })
  expect(await context.usage()).toMatchObject([
    { app_id: 'a', model: 'e', calls: 8, prompt: 90, completion: 0, cost: 90_000 },
  ])
  expect(await model?.embed([], signal)).toEqual([])
})

test('a server that knows no base64 is asked for numbers from then on', async () => {
  await using server = startModelServer((asked) =>
    'encoding_format' in asked.body
      ? Response.json({ error: { message: 'unknown field encoding_format' } }, { status: 400 })
      : answerOpenAi(asked),
  )
  await using context = await modelContext()
  await context.save(embedding({ url: server.url }))
  for (let time = 0; time < 2; time += 1) {
    const model = await context.directory.embeddingByName('e')
    expect(toLists((await model?.embed(['abc'], signal)) ?? [])).toEqual([vectorOf('abc')])
  }
  expect(server.requests).toHaveLength(3)
})

test('Ollama and Gemini are asked in their own ways', async () => {
  await using ollama = startModelServer((asked) =>
    Response.json({ embeddings: textsIn(asked).map(vectorOf), prompt_eval_count: 7 }),
  )
  await using gemini = startModelServer(({ body }) => {
    const asked = body.requests as { content: { parts: { text: string }[] } }[]
    return Response.json({
      embeddings: asked.map(({ content }) => ({ values: vectorOf(content.parts[0]?.text ?? '') })),
    })
  })
  await using context = await modelContext()
  const host = (url: string) => new URL(url).origin
  await context.save(
    embedding({ name: 'o', provider: 'ollama', url: host(ollama.url), parameters: { keep_alive: '5m' } }),
  )
  await context.save(
    embedding({ name: 'g', provider: 'gemini', url: host(gemini.url), parameters: { taskType: 'RETRIEVAL_QUERY' } }),
  )
  for (const name of ['o', 'g']) {
    const model = await context.directory.embeddingByName(name)
    expect(toLists((await model?.embed(['abc', 'z'], signal)) ?? [])).toEqual([vectorOf('abc'), vectorOf('z')])
  }
  expect(ollama.requests[0]).toMatchObject({ path: '/api/embed', body: { model: 'e-1', keep_alive: '5m' } })
  expect(gemini.requests[0]).toMatchObject({
    path: '/v1beta/models/e-1:batchEmbedContents',
    body: { requests: [{ model: 'models/e-1', taskType: 'RETRIEVAL_QUERY' }, {}] },
  })
  expect(await context.usage()).toMatchObject([
    { model: 'g', estimated: 1 },
    { model: 'o', estimated: 0, prompt: 7 },
  ])
})

const bad: Record<string, (asked: ModelServerRequest) => object> = {
  'vectors for 2 texts': () => ({ data: [{ index: 0, embedding: [1, 2] }] }),
  'no vector for the text at place 1': () => ({
    data: [
      { index: 0, embedding: [1, 2] },
      { index: 5, embedding: [1, 2] },
    ],
  }),
  'two vectors for one text': () => ({
    data: [
      { index: 0, embedding: [1, 2] },
      { index: 0, embedding: [1, 2] },
    ],
  }),
  'a vector of 1 numbers instead of 2': () => ({
    data: [
      { index: 0, embedding: [1, 2] },
      { index: 1, embedding: [1] },
    ],
  }),
  'no vector': () => ({
    data: [
      { index: 0, embedding: [1, null] },
      { index: 1, embedding: 'AAA' },
    ],
  }),
}
for (const [reason, answer] of Object.entries(bad)) {
  test(`an answer with ${reason} is refused`, async () => {
    await using server = startModelServer((asked) => Response.json(answer(asked)))
    await using context = await modelContext()
    await context.save(embedding({ url: server.url }))
    const model = await context.directory.embeddingByName('e')
    await expect(model?.embed(['a', 'b'], signal)).rejects.toMatchObject({
      code: 'MODEL_BAD_ANSWER',
      message: expect.stringContaining(reason),
    })
  })
}

test('vectors of another size than the model is said to have are refused', async () => {
  await using server = startModelServer((asked) => answerOpenAi(asked))
  await using context = await modelContext()
  await context.save(embedding({ url: server.url, limits: { dimensions: 1_024 } }))
  const model = await context.directory.embeddingByName('e')
  await expect(model?.embed(['a'], signal)).rejects.toThrow('3 numbers instead of 1024')
})

test('a limited provider is asked again; one that refuses stops the other requests', async () => {
  await using server = startModelServer((asked, call) =>
    call === 1
      ? Response.json({ error: { message: 'slow down' } }, { status: 429, headers: { 'retry-after': '0' } })
      : answerOpenAi(asked),
  )
  await using refusing = startModelServer(() => Response.json({ error: { message: 'no' } }, { status: 403 }))
  await using context = await modelContext()
  await context.save(embedding({ url: server.url }))
  await context.save(embedding({ name: 'r', url: refusing.url, limits: { batchMax: 1 } }))
  expect(await (await context.directory.embeddingByName('e'))?.embed(['a'], signal)).toHaveLength(1)
  const refused = (await context.directory.embeddingByName('r'))?.embed(Array(50).fill('x'), signal)
  await expect(refused).rejects.toMatchObject({ code: 'MODEL_REFUSED', providerStatus: 403 })
  expect(refusing.requests.length).toBeLessThanOrEqual(8)
})

test('models are found by their kind only', async () => {
  await using context = await modelContext()
  await context.save(embedding({ url: 'http://127.0.0.1:9/v1' }))
  await context.save({ name: 'c', url: 'http://127.0.0.1:9/v1' })
  expect(await context.directory.byName('e')).toBeUndefined()
  expect(await context.directory.rerankByName('e')).toBeUndefined()
  expect(await context.directory.embeddingByName('c')).toBeUndefined()
  expect(await context.directory.embeddingByName('none')).toBeUndefined()
})
