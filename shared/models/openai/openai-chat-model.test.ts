import { describe, expect, test } from 'bun:test'
import { modelChunk, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { ask, modelAt, TEST_KEY } from './ask-test-model.ts'

const chunk = modelChunk

describe('retries', () => {
  test.each([500, 503, 429])('%d twice, then an answer', async (status) => {
    await using server = startModelServer((_, asked) => (asked < 3 ? new Response('', { status }) : modelWords('a')))
    expect((await ask(modelAt(server.url))).text).toBe('a')
    expect(server.requests).toHaveLength(3)
  })

  test('a refusal is not tried again', async () => {
    await using server = startModelServer(() => new Response('no', { status: 400 }))
    await expect(ask(modelAt(server.url))).rejects.toMatchObject({ code: 'MODEL_REFUSED', providerStatus: 400 })
    expect(server.requests).toHaveLength(1)
  })

  test('a Retry-After beyond what we wait is handed to the caller at once', async () => {
    await using server = startModelServer(() => new Response('', { status: 429, headers: { 'retry-after': '3600' } }))
    await expect(ask(modelAt(server.url))).rejects.toMatchObject({ code: 'MODEL_LIMITED', retryAfterMs: 3_600_000 })
    expect(server.requests).toHaveLength(1)
  })

  test('a server that knows no stream_options is asked without them, now and later', async () => {
    await using server = startModelServer(({ body }) =>
      body.stream_options
        ? Response.json({ error: { message: 'unknown field stream_options' } }, { status: 400 })
        : modelWords('a'),
    )
    const model = modelAt(server.url)
    expect((await ask(model)).text).toBe('a')
    expect((await ask(model)).text).toBe('a')
    expect(server.requests).toHaveLength(3)
  })
})

describe('time', () => {
  /** Sends `first` at once and then nothing, until the client leaves. */
  const stalled = (first: string, onLeave = () => {}) =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(first)),
        cancel: onLeave,
      }),
    )
  const firstChunk = `data: ${JSON.stringify(chunk({ content: 'a' }))}\n\n`

  test.each([
    ['no first token', ': ping\n\n', { firstTokenMsMax: 30 }, 'did not begin'],
    ['silence in the middle', firstChunk, { idleMsMax: 30 }, 'stopped in the middle'],
    ['an answer without end', firstChunk, { totalMsMax: 30 }, 'did not finish'],
  ])('%s ends the call', async (...[, first, limits, says]) => {
    await using server = startModelServer(() => stalled(first))
    await expect(ask(modelAt(server.url, { limits }))).rejects.toMatchObject({
      code: 'MODEL_TIMEOUT',
      message: expect.stringContaining(says),
    })
  })

  test('a caller that leaves ends the call at the provider too', async () => {
    let left = false
    await using server = startModelServer(() => stalled(firstChunk, () => (left = true)))
    const controller = new AbortController()
    const asking = ask(modelAt(server.url), { signal: controller.signal })
    await waitFor(() => server.requests.length === 1, { what: 'the request' })
    controller.abort(new Error('gone'))
    await expect(asking).rejects.toThrow('gone')
    await waitFor(() => left, { what: 'the provider to see it' })
  })

  test('a reader that stops in the middle ends the call at the provider', async () => {
    let left = false
    await using server = startModelServer(() => stalled(firstChunk, () => (left = true)))
    const { signal } = new AbortController()
    for await (const _ of modelAt(server.url).stream({ messages: [], signal })) break
    await waitFor(() => left, { what: 'the provider to see it' })
  })
})

describe('going on with an interrupted answer', () => {
  const delivered = 'The quick brown fox '
  test.each([
    ['goes on', ['jumps ', 'high.']],
    ['begins from the start again', ['The quick ', 'brown fox jumps ', 'high.']],
    ['repeats the last words', ['brown', ' fox ', 'jumps high.']],
  ])('nothing is said twice when the model %s', async (_what, words) => {
    await using server = startModelServer(() => modelWords(...words))
    expect((await ask(modelAt(server.url), { continueFrom: delivered })).text).toBe('jumps high.')
    const messages = server.requests[0]?.body.messages as { role: string; content: string }[]
    expect(messages.slice(-2)).toMatchObject([
      { role: 'assistant', content: delivered },
      { role: 'user', content: expect.stringContaining('cut off') },
    ])
  })

  test('a provider with an assistant prefix is told by it, and nothing of ours is sent', async () => {
    await using server = startModelServer(() => modelWords('x'))
    await ask(modelAt(server.url, { parameters: { orrery_continuation: 'prefix' } }), { continueFrom: delivered })
    const { body } = server.requests[0]!
    expect((body.messages as object[]).at(-1)).toEqual({ role: 'assistant', content: delivered, prefix: true })
    expect(body).not.toHaveProperty('orrery_continuation')
  })
})

test('sends what was asked, and the key only in its header', async () => {
  await using server = startModelServer(() => modelWords('a'))
  await ask(modelAt(server.url, { parameters: { top_p: 0.5, temperature: 1 } }), {
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'add', arguments: '{}' }] },
      { role: 'tool', content: '2', toolCallId: 'c1' },
    ],
    tools: [{ name: 'add', description: 'Adds.', parameters: { type: 'object' } }],
    temperature: 0.2,
    maxTokens: 10,
    extra: { seed: 1 },
  })
  const { path, headers, body } = server.requests[0]!
  expect(path).toBe('/v1/chat/completions')
  expect(headers.get('authorization')).toBe(`Bearer ${TEST_KEY}`)
  expect(body).toEqual({
    model: 'm1',
    messages: [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'add', arguments: '{}' } }],
      },
      { role: 'tool', content: '2', tool_call_id: 'c1' },
    ],
    tools: [{ type: 'function', function: { name: 'add', description: 'Adds.', parameters: { type: 'object' } } }],
    temperature: 0.2,
    max_tokens: 10,
    top_p: 0.5,
    seed: 1,
    stream: true,
    stream_options: { include_usage: true },
  })
})

test('sends pictures before the text of their message, as content parts', async () => {
  await using server = startModelServer(() => modelWords('a cat'))
  const picture = { url: 'data:image/png;base64,aGk=' }
  await ask(modelAt(server.url), { messages: [{ role: 'user', content: 'What is it?', images: [picture] }] })
  expect(server.requests[0]?.body.messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: picture },
        { type: 'text', text: 'What is it?' },
      ],
    },
  ])
})
