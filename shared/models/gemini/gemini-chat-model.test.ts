import { describe, expect, test } from 'bun:test'
import { answerEvents } from '../conformance/answer-json.ts'
import { modelAt } from '../conformance/model-at.ts'
import { listen } from '../conformance/play-provider.ts'

const said = (text: string, finishReason = 'STOP') => [
  { candidates: [{ content: { parts: [{ text }] }, finishReason }] },
]
const tools = [{ name: 'add', description: 'Adds.', parameters: { type: 'object' } }]

test('a prompt that was blocked is a filtered answer, not a broken one', async () => {
  await using server = answerEvents(() => [
    { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 4 } },
  ])
  const { finish } = await listen(modelAt('gemini', server.url))
  expect(finish).toMatchObject({ reason: 'content-filter', usage: { promptTokens: 4, totalTokens: 4 } })
})

test.each([
  ['MAX_TOKENS', 'length'],
  ['RECITATION', 'content-filter'],
  ['MALFORMED_FUNCTION_CALL', 'other'],
])('%s ends an answer as %s', async (reason, expected) => {
  await using server = answerEvents(() => said('a', reason))
  expect((await listen(modelAt('gemini', server.url))).finish?.reason).toBe(expected as 'length')
})

test('thoughts are paid for with the answer', async () => {
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, thoughtsTokenCount: 40, totalTokenCount: 45 }
  await using server = answerEvents(() => [{ ...said('a')[0], usageMetadata }])
  const { finish } = await listen(modelAt('gemini', server.url))
  expect(finish?.usage).toEqual({ promptTokens: 3, completionTokens: 42, totalTokens: 45 })
})

describe('signatures of thoughts', () => {
  const call = { functionCall: { id: 'f1', name: 'add', args: { a: 1 } }, thoughtSignature: 'c2ln' }

  test('go back with their call', async () => {
    await using server = answerEvents((_, asked) =>
      asked === 1 ? [{ candidates: [{ content: { parts: [call] }, finishReason: 'STOP' }] }] : said('1'),
    )
    const model = modelAt('gemini', server.url)
    const first = await listen(model, { tools })
    expect(first.finish?.reason).toBe('tool-calls')
    await listen(model, {
      tools,
      messages: [
        { role: 'user', content: 'Add.' },
        { role: 'assistant', content: '', toolCalls: first.calls },
        { role: 'tool', content: '{"sum":1}', toolCallId: 'f1' },
      ],
    })
    expect(server.asked[1]?.body.contents).toEqual([
      { role: 'user', parts: [{ text: 'Add.' }] },
      { role: 'model', parts: [call] },
      { role: 'user', parts: [{ functionResponse: { id: 'f1', name: 'add', response: { sum: 1 } } }] },
    ])
  })

  test.each([
    ['gemini-3-pro', { thoughtSignature: 'skip_thought_signature_validator' }],
    ['gemini-2.5-flash', {}],
  ])('of another model are not wanted: %s', async (modelId, signed) => {
    await using server = answerEvents(() => said('1'))
    await listen(modelAt('gemini', server.url, { modelId }), {
      messages: [
        { role: 'user', content: 'Add.' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'call_0', name: 'add', arguments: '{}' }] },
        { role: 'tool', content: '1', toolCallId: 'call_0' },
      ],
    })
    const contents = server.asked[0]?.body.contents as { parts: object[] }[]
    expect(contents[1]?.parts[0]).toEqual({ functionCall: { name: 'add', args: {} }, ...signed })
    expect(contents[2]?.parts[0]).toEqual({ functionResponse: { name: 'add', response: { result: '1' } } })
  })
})

test('a server of old is given its own field for schemas, now and later', async () => {
  await using server = answerEvents((body) =>
    JSON.stringify(body).includes('parametersJsonSchema')
      ? Response.json({ error: { code: 400, message: 'Unknown name "parametersJsonSchema"' } }, { status: 400 })
      : said('a'),
  )
  const model = modelAt('gemini', server.url)
  for (const _ of [1, 2]) expect((await listen(model, { tools })).text).toBe('a')
  expect(server.asked).toHaveLength(3)
})

test('the wait that is asked for in the details of an error is kept', async () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3600s' }]
  const error = { code: 429, message: 'Quota.', status: 'RESOURCE_EXHAUSTED', details }
  await using server = answerEvents(() => Response.json([{ error }], { status: 429 }))
  await expect(listen(modelAt('gemini', server.url))).rejects.toMatchObject({
    code: 'MODEL_LIMITED',
    retryAfterMs: 3_600_000,
    message: expect.stringContaining('Quota.'),
  })
  expect(server.asked).toHaveLength(1)
})

test('settings of the model and of the request are joined', async () => {
  await using server = answerEvents(() => said('a'))
  const parameters = { generationConfig: { topK: 4, temperature: 1 }, safetySettings: [] }
  await listen(modelAt('gemini', server.url, { parameters }), {
    temperature: 0.1,
    maxTokens: 9,
    extra: { generationConfig: { thinkingConfig: { includeThoughts: true } } },
  })
  expect(server.asked[0]?.body).toMatchObject({
    safetySettings: [],
    generationConfig: { topK: 4, temperature: 0.1, maxOutputTokens: 9, thinkingConfig: { includeThoughts: true } },
  })
})

describe('pictures by address', () => {
  const messages = [{ role: 'user' as const, content: '', images: [{ url: 'https://pictures.test/cat.png' }] }]
  const fetchImage = (answer: () => Response) => async (url: string) => {
    expect(url).toBe('https://pictures.test/cat.png')
    return answer()
  }

  test('are fetched and sent by value', async () => {
    await using server = answerEvents(() => said('A cat.'))
    const picture = fetchImage(() => new Response('hi', { headers: { 'content-type': 'image/PNG; q=1' } }))
    await listen(modelAt('gemini', server.url, { fetchImage: picture }), { messages })
    expect(server.asked[0]?.body.contents).toEqual([
      { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }] },
    ])
  })

  test.each([
    ['a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), 'text/html'],
    ['nothing', () => new Response('', { status: 404 }), '404'],
  ])('%s is no picture', async (_what, answer, says) => {
    await using server = answerEvents(() => said('a'))
    const asking = listen(modelAt('gemini', server.url, { fetchImage: fetchImage(answer) }), { messages })
    await expect(asking).rejects.toMatchObject({ code: 'MODEL_IMAGE_INVALID', message: expect.stringContaining(says) })
    expect(server.asked).toHaveLength(0)
  })
})
