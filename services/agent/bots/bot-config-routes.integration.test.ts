import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { appHeaders, createTestAgent, rootHeaders } from '../test/create-test-agent.ts'

const PATH = '/agent/v1/bot-config'
const minimal = { app_id: 'a1', bot_id: 'b1', model_config: {}, regular_config: {} }
const full = {
  app_id: 'a1',
  bot_id: 'b1',
  knowledge_config: { score_threshold: 0.5, top_k: 5 },
  model_config: {
    instruct: 'Be kind.',
    plan: {
      api: 'http://x/v1',
      domain: 'm1',
      sk: 'secret-plan',
      parameter: { max_tokens: 10, question_type: 'knowledge', temperature: 0.1, top_k: 1 },
      patch_id: ['p'],
      support_function_call: true,
    },
    summary: {
      api: '',
      domain: 'rehearsal',
      sk: '',
      parameter: { max_tokens: 2048, question_type: 'not_knowledge', temperature: 0.5, top_k: 4 },
      patch_id: [],
      support_function_call: false,
    },
  },
  regular_config: { match: { repoId: ['r1'], docId: [] }, rag: { type: 'CBG-RAG' } },
  tool_ids: ['calculator'],
  mcp_server_ids: [],
  mcp_server_urls: [],
  flow_ids: [],
}

const setUp = async () => {
  const agent = await createTestAgent()
  const call = (
    method: 'POST' | 'GET' | 'PUT' | 'DELETE',
    query: string,
    body?: unknown,
    headers: Record<string, string> = rootHeaders,
  ) => callApp(agent.app, `${method} ${PATH}${query}`, { headers, ...(body === undefined ? {} : { body }) })
  return { agent, call, [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() }
}
const query = '?app_id=a1&bot_id=b1'

test('a bot is created, read, replaced and deleted in the envelope of the wire', async () => {
  await using context = await setUp()
  const { call } = context
  expect(await call('POST', '', full)).toMatchObject({ status: 200, body: { code: 0, message: 'success', data: full } })
  const read = await call('GET', query)
  expect(read.body).toEqual({ code: 0, message: 'success', data: full })
  const { data } = read.body as { data: object }
  expect(Object.keys(data)).toEqual(Object.keys(full))

  const replaced = await call('PUT', '', minimal)
  expect(replaced.body).toMatchObject({ code: 0, data: { model_config: { instruct: '' }, tool_ids: [] } })
  expect(await call('DELETE', query)).toMatchObject({ status: 200, body: { code: 0, message: 'success', data: null } })
  expect((await call('GET', query)).body).toEqual({ code: 40001, message: 'failed to retrieve bot config', data: null })
})

test('defaults are those of the wire, numbers may come as text', async () => {
  await using context = await setUp()
  const body = { ...minimal, knowledge_config: { top_k: '7' } }
  expect((await context.call('POST', '', body)).body).toMatchObject({
    code: 0,
    data: {
      knowledge_config: { score_threshold: 0.3, top_k: 7 },
      model_config: {
        plan: { parameter: { max_tokens: 2048, question_type: 'not_knowledge', temperature: 0.5, top_k: 4 } },
      },
      regular_config: { match: { repoId: [], docId: [] }, rag: { type: 'AIUI-RAG2' } },
    },
  })
})

test('the same bot twice is refused, even at the same moment', async () => {
  await using context = await setUp()
  const answers = await Promise.all([1, 2, 3].map(() => context.call('POST', '', minimal)))
  const codes = answers.map(({ body }) => (body as { code: number }).code).sort()
  expect(codes).toEqual([0, 40053, 40053])
  const refused = answers.find(({ body }) => (body as { code: number }).code !== 0)
  expect(refused?.body).toEqual({ code: 40053, message: 'bot config already exists, cannot create', data: null })
})

test.each([
  ['PUT', '', minimal],
  ['DELETE', query, undefined],
] as const)('%s of a bot that is not there is code 40001', async (method, search, body) => {
  await using context = await setUp()
  expect((await context.call(method, search, body)).body).toMatchObject({ code: 40001, data: null })
})

test('invalid requests are code 40002 with HTTP 200 and the first error', async () => {
  await using context = await setUp()
  const messageOf = async (...call: Parameters<typeof context.call>) => {
    const { status, body } = await context.call(...call)
    expect(status).toBe(200)
    expect(body).toMatchObject({ code: 40002, choices: [], object: 'chat.completion.chunk' })
    return (body as { message: string }).message
  }
  expect(await messageOf('POST', '', {})).toBe('missing, app_id, Field required')
  expect(await messageOf('POST', '', { app_id: 'a', bot_id: 'b' })).toBe('missing, model_config, Field required')
  expect(await messageOf('POST', '', [])).toStartWith('model_attributes_type, body, ')
  expect(await messageOf('POST', '', { ...minimal, tool_ids: 'x' })).toBe(
    'list_type, tool_ids, Input should be a valid list',
  )
  expect(await messageOf('POST', '', { ...minimal, tool_ids: ['x', 5] })).toBe(
    'string_type, 1, Input should be a valid string',
  )
  expect(await messageOf('POST', '', { ...minimal, bot_id: 'x'.repeat(65) })).toStartWith('string_too_long, bot_id, ')
  expect(await messageOf('GET', '?app_id=a1')).toBe('missing, bot_id, Field required')
  expect(await messageOf('DELETE', '?app_id=&bot_id=b')).toStartWith('string_too_short, app_id, ')
})

test('one app neither sees nor changes the bots of another', async () => {
  await using context = await setUp()
  const { call } = context
  await call('POST', '', full, appHeaders('a1'))
  for (const headers of [appHeaders('a2'), { 'x-orrery-caller': 'app' }]) {
    expect((await call('GET', query, undefined, headers)).body).toMatchObject({ code: 40001 })
    expect((await call('PUT', '', minimal, headers)).body).toMatchObject({ code: 40001 })
    expect((await call('DELETE', query, undefined, headers)).body).toMatchObject({ code: 40001 })
    expect((await call('POST', '', { ...minimal, bot_id: 'b2' }, headers)).body).toMatchObject({ code: 40001 })
  }
  expect((await call('GET', query, undefined, appHeaders('a1'))).body).toMatchObject({ code: 0, data: full })
})

test('model keys are not readable in the database', async () => {
  await using context = await setUp()
  await context.call('POST', '', full)
  const rows = await context.agent.postgres.client`select * from bots`
  expect(JSON.stringify(rows)).toContain('b1')
  expect(JSON.stringify(rows)).not.toContain('secret-plan')
})

test('the starter bot is there once and stays deleted', async () => {
  await using context = await setUp()
  const starter = '?app_id=starter&bot_id=starter'
  expect((await context.call('GET', starter)).body).toMatchObject({
    code: 0,
    data: { tool_ids: ['current-time', 'calculator'] },
  })
  await context.call('DELETE', starter)
  await context.agent.dependencies.models.remove('rehearsal')
  await context.agent.createStarters()
  expect((await context.call('GET', starter)).body).toMatchObject({ code: 40001 })
  expect(await context.agent.dependencies.models.find('rehearsal')).toBeUndefined()
})
