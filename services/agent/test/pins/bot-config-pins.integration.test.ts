import { expect, test } from 'bun:test'
import { type AppResponse, callApp } from '#shared/testing/call-app.ts'
import { createTestAgent, rootHeaders } from '../create-test-agent.ts'

const PATH = '/agent/v1/bot-config'
const bot = { app_id: 'a1', bot_id: 'b1', model_config: {}, regular_config: {} }
const query = `?app_id=${bot.app_id}&bot_id=${bot.bot_id}` as const

type Agent = Awaited<ReturnType<typeof createTestAgent>>
/** `call(agent, 'GET?app_id=a1&bot_id=b1')` */
const call = (agent: Agent, route: `${'POST' | 'GET' | 'PUT' | 'DELETE'}${string}`, body?: unknown) => {
  const [method, query] = route.split('?')
  const path = `${method} ${PATH}${query === undefined ? '' : `?${query}`}` as 'GET /'
  return callApp(agent.app, path, { headers: rootHeaders, ...(body === undefined ? {} : { body }) })
}

/** The whole answer to an invalid request: a chunk without choices, whatever the route. */
const invalid = (message: unknown) => ({
  id: expect.stringMatching(/^sag[0-9a-f]{8}@/),
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
const codeOf = ({ status, body }: AppResponse) => ({ status, code: (body as { code: number }).code })

test('pin 1: a bot without bot_id is HTTP 200 with code 40002 and the chunk of an invalid request', async () => {
  await using agent = await createTestAgent()
  const { bot_id: _, ...nameless } = bot
  const response = await call(agent, 'POST', nameless)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toStartWith('application/json')
  expect(response.body).toEqual(invalid('missing, bot_id, Field required'))
  expect(Object.keys(response.body as object)).toEqual(Object.keys(invalid('')))
})

test('pin 2: an app_id of 65 characters is HTTP 200 with code 40002, one of 64 is stored', async () => {
  await using agent = await createTestAgent()
  const response = await call(agent, 'POST', { ...bot, app_id: 'x'.repeat(65) })
  expect(response.status).toBe(200)
  expect(response.body).toEqual(invalid('string_too_long, app_id, String should have at most 64 characters'))
  expect(codeOf(await call(agent, 'POST', { ...bot, app_id: 'x'.repeat(64), bot_id: 'y'.repeat(64) }))).toEqual({
    status: 200,
    code: 0,
  })
})

test('pin 3: the same bot twice is code 40053, and what the first call stored is told by its answer', async () => {
  await using agent = await createTestAgent()
  const first = await call(agent, 'POST', bot)
  expect(first.body).toMatchObject({ code: 0, message: 'success', data: bot })
  expect(await call(agent, 'POST', bot)).toMatchObject({
    status: 200,
    body: { code: 40053, message: 'bot config already exists, cannot create', data: null },
  })
})

test('pin 4: an unknown bot is HTTP 200 with code 40001', async () => {
  await using agent = await createTestAgent()
  expect(await call(agent, `GET${query}`)).toMatchObject({
    status: 200,
    body: { code: 40001, message: 'failed to retrieve bot config', data: null },
  })
})

test('pin 5: a deleted bot is gone', async () => {
  await using agent = await createTestAgent()
  await call(agent, 'POST', bot)
  expect(await call(agent, `DELETE${query}`)).toMatchObject({
    status: 200,
    body: { code: 0, message: 'success', data: null },
  })
  expect(codeOf(await call(agent, `GET${query}`))).toEqual({ status: 200, code: 40001 })
  expect(codeOf(await call(agent, `DELETE${query}`))).toEqual({ status: 200, code: 40001 })
})

test.each([
  ['null', { ...bot, tool_ids: null }, 'list_type, tool_ids, Input should be a valid list'],
  ['a number for text', { ...bot, bot_id: 5 }, 'string_type, bot_id, Input should be a valid string'],
  [
    'a word for a number',
    { ...bot, knowledge_config: { top_k: 'many' } },
    'int_parsing, top_k, Input should be a valid integer, unable to parse string as an integer',
  ],
  [
    'a text for a group',
    { ...bot, model_config: 'x' },
    'model_attributes_type, model_config, Input should be a valid dictionary or object to extract fields from',
  ],
])('section 3.1: %s is refused in the same shape', async (...[, body, message]) => {
  await using agent = await createTestAgent()
  expect((await call(agent, 'POST', body)).body).toEqual(invalid(message))
})

test('section 2: numbers and switches may come as text, unknown fields are left out of the answer', async () => {
  await using agent = await createTestAgent()
  const lax = {
    ...bot,
    color: 'blue',
    knowledge_config: { top_k: '5', score_threshold: '0.5' },
    model_config: { plan: { support_function_call: 'yes', parameter: { temperature: '0.25', max_tokens: '10' } } },
  }
  const { data } = (await call(agent, 'POST', lax)).body as { data: object }
  expect(data).toMatchObject({
    knowledge_config: { top_k: 5, score_threshold: 0.5 },
    model_config: { plan: { support_function_call: true, parameter: { temperature: 0.25, max_tokens: 10 } } },
  })
  expect(data).not.toHaveProperty('color')
})
