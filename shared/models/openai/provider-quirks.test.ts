import { describe, expect, test } from 'bun:test'
import { modelChunk, modelStream, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import type { ChatDelta } from '../chat-model.ts'
import { ask, modelAt, TEST_KEY } from './ask-test-model.ts'

const chunk = modelChunk
const noUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 }
const call = (fields: object) => chunk({ tool_calls: [fields] })

describe('what providers really send', () => {
  const quirks: [string, () => Response, { text?: string; reasoning?: string; reason?: string; calls?: object[] }][] = [
    ['an answer without usage', () => modelWords('a', 'b'), { text: 'ab', reason: 'stop' }],
    [
      'content null beside reasoning_content',
      () => modelStream(chunk({ content: null, reasoning_content: 'hm' }), chunk({ content: 'a' }, 'stop')),
      { text: 'a', reasoning: 'hm' },
    ],
    [
      'reasoning under its other name',
      () => modelStream(chunk({ reasoning: 'hm' }), chunk({ content: 'a' }, 'stop')),
      { text: 'a', reasoning: 'hm' },
    ],
    [
      'reasoning and content in one chunk',
      () => modelStream(chunk({ reasoning_content: 'hm', content: 'a' }, 'stop')),
      { text: 'a', reasoning: 'hm' },
    ],
    [
      'content as a list of parts',
      () =>
        modelStream(
          chunk(
            {
              content: [
                { type: 'text', text: 'a' },
                { type: 'text', text: 'b' },
              ],
            },
            'stop',
          ),
        ),
      { text: 'ab' },
    ],
    [
      'a stream that simply ends',
      () => new Response(`data: ${JSON.stringify(chunk({ content: 'a' }))}\n\n`),
      { text: 'a', reason: 'stop' },
    ],
    [
      'a last event without its blank line',
      () => new Response(`data: ${JSON.stringify(chunk({ content: 'a' }, 'stop'))}`),
      { text: 'a' },
    ],
    [
      'comments, empty data, CRLF and an event name',
      () =>
        new Response(
          `: ping\r\n\r\ndata:\r\n\r\nevent: message\r\ndata:${JSON.stringify(chunk({ content: 'a' }, 'stop'))}\r\n\r\n`,
        ),
      { text: 'a' },
    ],
    [
      'one JSON document although a stream was asked for',
      () =>
        Response.json({ choices: [{ message: { content: 'whole', reasoning_content: 'hm' }, finish_reason: 'stop' }] }),
      { text: 'whole', reasoning: 'hm', reason: 'stop' },
    ],
    [
      'a JSON document under the content type of events',
      () =>
        new Response(JSON.stringify({ choices: [{ message: { content: 'whole' } }] }), {
          headers: { 'content-type': 'text/event-stream' },
        }),
      { text: 'whole' },
    ],
    [
      'events under the content type of JSON',
      () =>
        new Response(`data: ${JSON.stringify(chunk({ content: 'a' }, 'stop'))}\n\n`, {
          headers: { 'content-type': 'application/json' },
        }),
      { text: 'a' },
    ],
    [
      'the finish reason of another vendor',
      () => modelStream(chunk({ content: 'a' }, 'MAX_TOKENS')),
      { text: 'a', reason: 'length' },
    ],
    [
      'tool calls in fragments, two at once',
      () =>
        modelStream(
          call({ index: 0, id: 'c1', function: { name: 'add', arguments: '' } }),
          call({ index: 0, function: { arguments: '{"a"' } }),
          call({ index: 1, id: 'c2', function: { name: 'mul', arguments: '{}' } }),
          call({ index: 0, function: { arguments: ':1}' } }),
          chunk({}, 'tool_calls'),
        ),
      {
        reason: 'tool-calls',
        calls: [
          { id: 'c1', name: 'add', arguments: '{"a":1}' },
          { id: 'c2', name: 'mul', arguments: '{}' },
        ],
      },
    ],
    [
      'tool calls without index, id or the right finish reason',
      () =>
        modelStream(
          call({ function: { name: 'add', arguments: '{"a"' } }),
          call({ function: { arguments: ':1}' } }),
          chunk({}, 'stop'),
        ),
      { reason: 'tool-calls', calls: [{ id: 'call_0', name: 'add', arguments: '{"a":1}' }] },
    ],
    [
      'parallel calls that all have index 0',
      () =>
        modelStream(
          call({ index: 0, id: 'c1', function: { name: 'add', arguments: '{}' } }),
          call({ index: 0, id: 'c2', function: { name: 'mul', arguments: '{}' } }),
          chunk({}, 'tool_calls'),
        ),
      {
        reason: 'tool-calls',
        calls: [
          { id: 'c1', name: 'add', arguments: '{}' },
          { id: 'c2', name: 'mul', arguments: '{}' },
        ],
      },
    ],
    [
      'arguments as an object, in a function_call of old',
      () => modelStream(chunk({ function_call: { name: 'add', arguments: { a: 1 } } }, 'function_call')),
      { reason: 'tool-calls', calls: [{ id: 'call_0', name: 'add', arguments: '{"a":1}' }] },
    ],
  ]

  test.each(quirks)('%s', async (_what, answer, expected) => {
    await using server = startModelServer(answer)
    const { text, reasoning, deltas } = await ask(modelAt(server.url))
    expect(text).toBe(expected.text ?? '')
    expect(reasoning).toBe(expected.reasoning ?? '')
    const calls = deltas.flatMap((delta) => (delta.type === 'tool-call' ? [delta.call] : []))
    expect(calls as object[]).toEqual(expected.calls ?? [])
    expect(deltas.at(-1)).toEqual({ type: 'finish', reason: (expected.reason ?? 'stop') as 'stop', usage: noUsage })
    expect(deltas.filter(({ type }) => type === 'finish')).toHaveLength(1)
  })

  test('usage on a chunk without choices, after the finish reason', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 }
    await using server = startModelServer(() => modelStream(chunk({ content: 'a' }, 'stop'), { choices: [], usage }))
    const { deltas } = await ask(modelAt(server.url))
    expect(deltas.at(-1)).toMatchObject({ usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 } })
  })

  test('a provider that says why it stopped but never closes the stream', async () => {
    await using server = startModelServer(
      () =>
        new Response(
          new ReadableStream({
            start: (controller) =>
              controller.enqueue(
                new TextEncoder().encode(`data: ${JSON.stringify(chunk({ content: 'a' }, 'stop'))}\n\n`),
              ),
          }),
        ),
    )
    expect((await ask(modelAt(server.url))).text).toBe('a')
  })
})

describe('failures', () => {
  const failures: [string, () => Response, { code: string; says?: string }][] = [
    [
      '401',
      () => Response.json({ error: { message: `Incorrect API key provided: ${TEST_KEY}` } }, { status: 401 }),
      { code: 'MODEL_REFUSED', says: 'Incorrect API key' },
    ],
    ['404 with markup', () => new Response('<html>no</html>', { status: 404 }), { code: 'MODEL_REFUSED', says: '404' }],
    [
      '500 three times',
      () => Response.json({ message: 'boom' }, { status: 500 }),
      { code: 'MODEL_UNREACHABLE', says: 'boom' },
    ],
    [
      '429 three times',
      () => Response.json({ error: 'slow down' }, { status: 429 }),
      { code: 'MODEL_LIMITED', says: 'slow down' },
    ],
    [
      'an error inside a 200 stream',
      () => modelStream({ error: { message: 'overloaded', type: 'server_error' } }),
      { code: 'MODEL_UNREACHABLE', says: 'overloaded' },
    ],
    [
      'a vendor code inside a 200 stream',
      () => modelStream({ code: 10013, message: 'moderated' }),
      { code: 'MODEL_REFUSED', says: '10013' },
    ],
    [
      'an error as a bare line in a stream',
      () => modelStream('{"error":{"message":"broken"}}\n\n'),
      { code: 'MODEL_REFUSED', says: 'broken' },
    ],
    [
      'an error document with status 200',
      () => Response.json({ error: { message: 'no such model' } }),
      { code: 'MODEL_REFUSED', says: 'no such model' },
    ],
    ['a web page', () => new Response('<html>Welcome</html>'), { code: 'MODEL_BAD_ANSWER' }],
    ['an empty stream', () => modelStream(), { code: 'MODEL_BAD_ANSWER' }],
    ['events that are no JSON', () => modelStream('data: hello\n\n'), { code: 'MODEL_BAD_ANSWER' }],
    [
      'broken JSON',
      () => new Response('{"choices": [', { headers: { 'content-type': 'application/json' } }),
      { code: 'MODEL_BAD_ANSWER' },
    ],
  ]

  test.each(failures)('%s', async (_what, answer, expected) => {
    await using server = startModelServer(answer)
    const error = await ask(modelAt(server.url)).then(
      () => undefined,
      (thrown: Error) => thrown,
    )
    expect(error).toMatchObject({ code: expected.code, remedy: expect.any(String) })
    expect(error?.message).toContain(expected.says ?? '')
    expect(error?.message).not.toContain(TEST_KEY)
  })

  test('a connection that is refused, without naming the address', async () => {
    const error = await ask(modelAt('http://127.0.0.1:9/v1')).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'MODEL_UNREACHABLE' })
    expect((error as Error).message).not.toContain('127.0.0.1')
  })

  test('an error after the first token keeps what was said and is not tried again', async () => {
    await using server = startModelServer(() =>
      modelStream(chunk({ content: 'a' }), { error: { message: 'x', code: 500 } }),
    )
    const seen: ChatDelta[] = []
    const asking = (async () => {
      const { signal } = new AbortController()
      for await (const delta of modelAt(server.url).stream({ messages: [], signal })) seen.push(delta)
    })()
    await expect(asking).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' })
    expect(seen).toEqual([{ type: 'text', text: 'a' }])
    expect(server.requests).toHaveLength(1)
  })
})

test('a code of the vendor behind an OpenAI-compatible endpoint means what it means elsewhere', async () => {
  await using server = startModelServer((_, asked) =>
    asked === 1 ? modelStream({ code: 11_202, message: 'too many a second' }) : modelWords('a'),
  )
  expect((await ask(modelAt(server.url))).text).toBe('a')
  await using strict = startModelServer(() => modelStream({ code: 10_013, message: 'moderated' }))
  await expect(ask(modelAt(strict.url))).rejects.toMatchObject({ code: 'MODEL_REFUSED', vendorCode: 10_013 })
})
