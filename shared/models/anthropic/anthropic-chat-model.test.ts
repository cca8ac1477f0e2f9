import { describe, expect, test } from 'bun:test'
import type { ChatMessage } from '../chat-model.ts'
import { answerEvents } from '../conformance/answer-json.ts'
import { modelAt } from '../conformance/model-at.ts'
import { listen } from '../conformance/play-provider.ts'

const start = { type: 'message_start', message: { usage: { input_tokens: 3 } } }
const text = (words: string) => [
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } },
  { type: 'content_block_stop', index: 0 },
]
const end = (stop_reason = 'end_turn') => [
  { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
]
const refusal = (message: string, status = 400) =>
  Response.json({ type: 'error', error: { type: 'invalid_request_error', message } }, { status })

describe('an interrupted answer', () => {
  test('is begun again with what was delivered, without its last space, which is not said twice', async () => {
    await using server = answerEvents(() => [start, ...text(' jumps'), ...end()])
    const heard = await listen(modelAt('anthropic', server.url), { continueFrom: 'The fox ' })
    expect(heard.text).toBe('jumps')
    expect((server.asked[0]!.body.messages as object[]).at(-1)).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: 'The fox' }],
    })
  })

  test('is continued by instruction, now and later, by a model that takes no beginning', async () => {
    await using server = answerEvents((body) => {
      const last = (body.messages as { role: string }[]).at(-1)
      if (last?.role === 'assistant') return refusal('This model does not support assistant message prefill.')
      return [start, ...text('jumps'), ...end()]
    })
    const model = modelAt('anthropic', server.url)
    for (const _ of [1, 2]) expect((await listen(model, { continueFrom: 'The fox ' })).text).toBe('jumps')
    expect(server.asked).toHaveLength(3)
  })

  test('of a model that thinks is continued by instruction', async () => {
    await using server = answerEvents(() => [start, ...text('jumps'), ...end()])
    const parameters = { thinking: { type: 'enabled', budget_tokens: 2_000 } }
    await listen(modelAt('anthropic', server.url, { parameters }), { continueFrom: 'The fox ', temperature: 0.5 })
    const { body } = server.asked[0]!
    expect((body.messages as { role: string }[]).at(-1)?.role).toBe('user')
    expect(body).toMatchObject({ thinking: parameters.thinking, max_tokens: 6_096 })
    expect(body).not.toHaveProperty('temperature')
  })
})

describe('thinking', () => {
  const thought = { type: 'thinking', thinking: 'I must add.', signature: 'c2lnbmVk' }
  const hidden = { type: 'redacted_thinking', data: 'ZGFyaw' }
  const called = [
    start,
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'I must ' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'add.' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2lnbmVk' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: hidden },
    { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 't1', name: 'add', input: {} } },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
    ...end('tool_use'),
  ]
  const parameters = { thinking: { type: 'enabled', budget_tokens: 2_000 } }
  const tools = [{ name: 'add', description: 'Adds.', parameters: {} }]

  test('goes back signed beside the call that followed it', async () => {
    await using server = answerEvents((_, call) => (call === 1 ? called : [start, ...text('1'), ...end()]))
    const model = modelAt('anthropic', server.url, { parameters })
    const question: ChatMessage = { role: 'user', content: 'Add.' }
    const heard = await listen(model, { messages: [question], tools })
    expect(heard.reasoning).toBe('I must add.')
    const toolCalls = heard.calls
    await listen(model, {
      messages: [
        question,
        { role: 'assistant', content: '', toolCalls },
        { role: 'tool', content: '1', toolCallId: 't1' },
      ],
      tools,
    })
    const { body } = server.asked[1]!
    expect(body.thinking).toEqual(parameters.thinking)
    expect((body.messages as object[])[1]).toEqual({
      role: 'assistant',
      content: [thought, hidden, { type: 'tool_use', id: 't1', name: 'add', input: { a: 1 } }],
    })
  })

  test('is left out of a turn whose call lost it, instead of being refused', async () => {
    await using server = answerEvents(() => [start, ...text('1'), ...end()])
    await listen(modelAt('anthropic', server.url, { parameters }), {
      messages: [
        { role: 'user', content: 'Add.' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'call:0', name: 'add', arguments: '{"a":' }] },
        { role: 'tool', content: '1', toolCallId: 'call:0' },
      ],
      tools,
    })
    const { body } = server.asked[0]!
    expect(body).not.toHaveProperty('thinking')
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Add.' }] },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'call_0', name: 'add', input: { unreadable_arguments: '{"a":' } }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_0', content: '1' }] },
    ])
  })
})

test('tokens that came from the cache are counted as asked', async () => {
  const usage = { input_tokens: 3, cache_creation_input_tokens: 10, cache_read_input_tokens: 100, output_tokens: 1 }
  await using server = answerEvents(() => [{ type: 'message_start', message: { usage } }, ...text('a'), ...end()])
  const { finish } = await listen(modelAt('anthropic', server.url))
  expect(finish?.usage).toEqual({ promptTokens: 113, completionTokens: 2, totalTokens: 115 })
})

test('an overloaded provider is asked again', async () => {
  await using server = answerEvents((_, call) =>
    call < 3
      ? Response.json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, { status: 529 })
      : [start, ...text('a'), ...end()],
  )
  expect((await listen(modelAt('anthropic', server.url))).text).toBe('a')
})

test('neighbouring messages of one role are one, several results go back together, pictures may be addresses', async () => {
  await using server = answerEvents(() => [start, ...text('a'), ...end()])
  await listen(modelAt('anthropic', server.url), {
    messages: [
      { role: 'user', content: 'Look:', images: [{ url: 'https://example.com/cat.png' }] },
      { role: 'user', content: 'Well?' },
    ],
    temperature: 1.7,
  })
  const { body } = server.asked[0]!
  expect(body).toMatchObject({ temperature: 1, max_tokens: 4_096, model: 'm1', stream: true })
  expect(body.messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
        { type: 'text', text: 'Look:' },
        { type: 'text', text: 'Well?' },
      ],
    },
  ])
})

test('a whole message is read although a stream was asked for', async () => {
  await using server = answerEvents(() =>
    Response.json({
      type: 'message',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'Whole.' },
        { type: 'tool_use', id: 't1', name: 'add', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 1, output_tokens: 2 },
    }),
  )
  const heard = await listen(modelAt('anthropic', server.url))
  expect(heard).toMatchObject({ text: 'Whole.', reasoning: 'Hm.', finish: { reason: 'tool-calls' } })
  expect(heard.calls[0]).toMatchObject({ id: 't1', name: 'add', arguments: '{"a":1}' })
})
