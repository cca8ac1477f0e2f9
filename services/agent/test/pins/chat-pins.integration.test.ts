import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { appHeaders, createTestAgent, rootHeaders } from '../create-test-agent.ts'

const CHAT = '/agent/v1/chat/completions'
const CUSTOM = '/agent/v1/custom/chat/completions'
const user = { role: 'user', content: 'Hello' }
const assistant = { role: 'assistant', content: 'Hi' }
const chat = { bot_id: 'starter', messages: [user] }
const custom = { model_config: { domain: 'rehearsal', api: '' }, max_loop_count: 1, messages: [user] }

type Agent = Awaited<ReturnType<typeof createTestAgent>>
const post = (path: string, body: unknown) => postAs(appHeaders('starter'))(path, body)
const postAs = (headers: Record<string, string>) => (path: string, body: unknown) =>
  callApp(agent.app, `POST ${path as '/'}`, { headers, body })

// Nothing here changes what is stored, so one service does for all of it.
let agent: Agent
beforeAll(async () => {
  agent = await createTestAgent()
})
afterAll(() => agent[Symbol.asyncDispose]())

const invalid = (message: unknown) => ({
  id: expect.stringMatching(/^sag/),
  choices: [],
  created: expect.any(Number),
  model: '',
  object: 'chat.completion.chunk',
  service_tier: null,
  system_fingerprint: null,
  usage: null,
  code: 40002,
  message,
  logs: [],
  knowledge_metadata: [],
})

test('pin 6: an empty bot_id is code 40002, an absent one is no bot', async () => {
  const response = await post(CHAT, { ...chat, bot_id: '' })
  expect(response.status).toBe(200)
  expect(response.body).toEqual(invalid('string_too_short, bot_id, String should have at least 1 character'))
  expect((await post(CHAT, { messages: [user] })).body).toMatchObject({ code: 40001 })
})

const ALTERNATE = 'literal_error, role, messages role order must alternate between user and assistant'

describe.each([
  [CHAT, chat],
  [CUSTOM, custom],
] as const)('%s', (path, good) => {
  test.each([
    [
      'a system role',
      [{ role: 'system', content: 'x' }, user],
      "literal_error, role, 'role' must be user or assistant",
    ],
    ['no messages', [], 'missing, messages, Field required'],
    ['null', null, 'list_type, messages, Input should be a valid list'],
    ['two users in a row', [user, user], ALTERNATE],
    ['the assistant first', [assistant, user], ALTERNATE],
    ['the assistant last', [user, assistant], 'literal_error, messages, messages must end with user type content'],
    ['empty content', [{ role: 'user', content: '' }], "literal_error, content, 'content' cannot be empty"],
    [
      'parts of several kinds',
      [{ role: 'user', content: [{ type: 'text', text: 'x' }] }],
      'string_type, content, Input should be a valid string',
    ],
    [
      'a message that is none',
      ['x'],
      'model_attributes_type, 0, Input should be a valid dictionary or object to extract fields from',
    ],
  ])('pin 7: messages with %s are code 40002', async (_what, messages, message) => {
    const response = await post(path, { ...good, messages })
    expect(response.status).toBe(200)
    expect(response.body).toEqual(invalid(message))
  })

  test('pin 7: a missing header is told before anything about the body', async () => {
    for (const body of [good, {}, []])
      expect((await postAs(rootHeaders)(path, body)).body).toEqual(
        invalid('missing, x-consumer-username, Field required'),
      )
  })

  test('section 2.2: what is wrong with the messages is told before what is wrong with other fields', async () => {
    expect((await post(path, { uid: 5, messages: [user, user] })).body).toEqual(invalid(ALTERNATE))
    expect((await post(path, { ...good, uid: 'u'.repeat(65) })).body).toEqual(
      invalid('string_too_long, uid, String should have at most 64 characters'),
    )
  })
})

test('pin 8: one question without streaming is one JSON object', async () => {
  const response = await post(CHAT, { ...chat, stream: false })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toStartWith('application/json')
  expect(response.body).toMatchObject({ object: 'chat.completion', code: 0, message: 'success', choices: [{}] })
  expect(Object.keys(response.body as object)).toEqual([
    ...['id', 'choices', 'created', 'model', 'object', 'service_tier', 'system_fingerprint', 'usage'],
    ...['code', 'message', 'logs', 'knowledge_metadata'],
  ])
})

test('pin 9: an unknown field beside empty messages is code 40002 for the messages', async () => {
  const response = await post(CUSTOM, { invalid_field: 'x', messages: [] })
  expect(response.status).toBe(200)
  expect(response.body).toEqual(invalid('missing, messages, Field required'))
})

test('pin 10: further fields of a custom request are ignored', async () => {
  const response = await post(CUSTOM, {
    ...custom,
    app_id: 'another',
    temperature: 'hot',
    model_config: { ...custom.model_config, temperature: 0.7, max_tokens: 100 },
  })
  expect(String(response.body)).toEndWith('data: [DONE]\n\n')
  expect(String(response.body)).toContain('"finish_reason":"stop"')
  expect(String(response.body)).toContain('"code":0,"message":"success"')
  const run = await agent.journal.find(response.headers.get('x-orrery-run-id') ?? '')
  expect(run).toMatchObject({ appId: 'starter', state: 'completed' })
})

test('section 5: the custom route streams as an event stream whatever is asked', async () => {
  const response = await post(CUSTOM, { ...custom, stream: false })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-cache')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
})
