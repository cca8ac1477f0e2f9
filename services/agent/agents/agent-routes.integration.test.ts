import { afterAll, beforeAll, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { appHeaders, createTestAgent, rootHeaders } from '../test/create-test-agent.ts'
import type { Agent } from './agent-schemas.ts'

const body = { botId: 'helper', instruction: 'Be kind.', model: 'rehearsal', tools: ['calculator'] }

let agent: Awaited<ReturnType<typeof createTestAgent>>
beforeAll(async () => {
  agent = await createTestAgent()
})
afterAll(() => agent[Symbol.asyncDispose]())

/** Each test has an app of its own. */
const setUp = (appId = crypto.randomUUID()) => {
  const headers = appHeaders(appId)
  return {
    appId,
    headers,
    call: (route: Parameters<typeof callApp>[1], sent?: unknown, more: Record<string, string> = {}) =>
      callApp(agent.app, route, {
        headers: { ...headers, ...more },
        ...(sent === undefined ? {} : { body: sent }),
      }),
  }
}

test('an agent is created, chats, is changed and deleted', async () => {
  const { call, appId } = setUp()
  const created = await call('POST /api/agents', body)
  expect(created).toMatchObject({
    status: 201,
    body: {
      ...{ appId, botId: 'helper', instruction: 'Be kind.', model: 'rehearsal', endpoint: null },
      tools: [{ kind: 'builtin', id: 'calculator' }],
      ...{ version: null, revision: 1, publishedVersion: 1, hasUnpublishedChanges: false, onBrokenSource: 'degrade' },
      memory: { longTerm: { enabled: false } },
    },
  })
  expect(created.headers.get('etag')).toBe('"1"')
  const chat = { bot_id: 'helper', messages: [{ role: 'user', content: 'What is 2 + 3?' }] }
  expect(JSON.stringify((await call('POST /agent/v1/chat/completions', chat)).body)).toContain('2 + 3 = 5')

  const changed = await call('PUT /api/agents/helper', { tools: [] })
  expect(changed.body).toMatchObject({
    ...{ instruction: 'Be kind.', model: 'rehearsal', tools: [], calling: 'auto' },
    ...{ revision: 2, publishedVersion: 1, hasUnpublishedChanges: true, onBrokenSource: 'degrade' },
  })
  expect((await call('DELETE /api/agents/helper')).status).toBe(204)
  expect(await call('GET /api/agents/helper')).toMatchObject({ status: 404, body: { code: 'AGENT_NOT_FOUND' } })
  expect(await call('GET /api/agents/helper?version=1')).toMatchObject({ status: 404 })
})

test('every setting is stored as it was sent, and what a nested one leaves out gets its default', async () => {
  const { call } = setUp()
  const settings = {
    ...{
      instruction: 'a',
      answerInstruction: 'b',
      model: 'rehearsal',
      answerModel: 'other',
      fallbackModels: ['third'],
    },
    ...{
      temperature: 0.1,
      maxTokens: 99,
      calling: 'react',
      approval: ['transfer'],
      cite: true,
      onBrokenSource: 'fail',
    },
    limits: { roundsMax: 3, msMax: 5_000, tokensMax: 10_000, costMax: 0.5 },
    memory: {
      conversation: { mode: 'summary', messages: 4, model: 'third' },
      longTerm: { enabled: true, tokensMax: 90 },
    },
    opening: { text: 'Hello', questions: ['Who are you?'] },
    tools: [
      { kind: 'builtin', id: 'current-time' },
      { kind: 'link', toolId: 'tool@1', version: 'V2.0', operationId: 'add' },
      { kind: 'mcp', serverId: 'm1', url: '', names: ['echo'] },
      { kind: 'flow', flowId: '7' },
      {
        ...{ kind: 'knowledge', name: 'handbook', description: 'Rules', bases: ['b1'], documents: ['d1'] },
        ...{ topK: 5, threshold: 0.2, mode: 'tool', ragType: 'AIUI-RAG2' },
      },
    ],
  }
  const created = await call('POST /api/agents', { botId: 'all', ...settings })
  expect(created).toMatchObject({ status: 201, body: settings })
  expect((await call('GET /api/agents/all?version=published')).body).toMatchObject({ ...settings, version: 1 })

  const short = {
    tools: [
      { kind: 'link', toolId: 't' },
      { kind: 'mcp', url: 'http://x/mcp' },
      { kind: 'knowledge', bases: ['b'] },
    ],
    memory: { conversation: { mode: 'budget' }, longTerm: {} },
    limits: {},
  }
  expect((await call('PUT /api/agents/all', short)).body).toMatchObject({
    tools: [
      { kind: 'link', toolId: 't', version: 'V1.0', operationId: null },
      { kind: 'mcp', serverId: '', url: 'http://x/mcp', names: null },
      { kind: 'knowledge', name: 'knowledge', bases: ['b'], documents: [], topK: 3, threshold: 0.3, mode: 'always' },
    ],
    memory: { conversation: { mode: 'budget', tokens: 8_000 }, longTerm: { enabled: false, tokensMax: 500 } },
    limits: { roundsMax: 30, msMax: 600_000 },
    ...{ answerModel: 'other', cite: true, calling: 'react' },
  })
})

test('two editors do not overwrite each other in silence', async () => {
  const { call } = setUp()
  const { headers } = await call('POST /api/agents', body)
  const mine = { 'if-match': headers.get('etag') ?? '' }
  const answers = await Promise.all(
    ['Be brief.', 'Be loud.'].map((instruction) => call('PUT /api/agents/helper', { instruction }, mine)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  const refused = answers.find(({ status }) => status === 409)
  expect(refused?.body).toMatchObject({
    code: 'AGENT_REVISION_STALE',
    detail: expect.stringContaining('revision 2'),
    remedy: expect.stringContaining('Read the agent again'),
  })
  const stored = (await call('GET /api/agents/helper')).body as Agent
  const accepted = answers.find(({ status }) => status === 200)?.body as Agent
  expect(stored.instruction).toBe(accepted.instruction)
  expect(await call('POST /api/agents/helper/publish', {}, mine)).toMatchObject({ status: 409 })
  // Changes of different fields without a revision lose nothing of each other.
  await Promise.all([
    call('PUT /api/agents/helper', { cite: true }),
    call('PUT /api/agents/helper', { temperature: 0.25 }),
    call('PUT /api/agents/helper', { fallbackModels: ['x'] }),
  ])
  expect((await call('GET /api/agents/helper')).body).toMatchObject({
    ...{ cite: true, temperature: 0.25, fallbackModels: ['x'], revision: 5 },
  })
})

test('an app sees its own agents only; root sees all of them', async () => {
  const { call, appId } = setUp()
  await call('POST /api/agents', body)
  const list = async (headers: Record<string, string>, query = '') =>
    ((await callApp(agent.app, `GET /api/agents${query as ''}`, { headers })).body as { agents: Agent[] }).agents.map(
      (found) => found.appId,
    )
  expect(await list(appHeaders(appId))).toEqual([appId])
  expect(await list(appHeaders(appId), '?appId=starter')).toEqual([appId])
  expect(await list(rootHeaders)).toContain(appId)
  expect(await list(rootHeaders)).toContain('starter')
  expect(await list(rootHeaders, '?appId=starter')).toEqual(['starter'])
  for (const route of ['GET ', 'DELETE ', 'GET /versions', 'GET /diff', 'POST /publish', 'POST /rollback']) {
    const [method, rest] = route.split(' ') as ['GET', '']
    const sent = method === ('POST' as string) ? { version: 1 } : undefined
    expect(await call(`${method} /api/agents/starter${rest}`, sent)).toMatchObject({ status: 404 })
  }
  expect(await callApp(agent.app, `GET /api/agents/helper?appId=${appId}`, { headers: rootHeaders })).toMatchObject({
    body: { appId },
  })
})

test('failures are problems with a code and a remedy', async () => {
  const create = (fields: object, headers: Record<string, string> = appHeaders('starter')) =>
    callApp(agent.app, 'POST /api/agents', { headers, body: { ...body, ...fields } })
  expect(await create({ botId: 'starter' })).toMatchObject({ status: 409, body: { code: 'AGENT_EXISTS' } })
  expect(await create({ tools: ['shell'] })).toMatchObject({
    status: 422,
    body: { code: 'AGENT_TOOL_UNKNOWN', remedy: expect.stringContaining('calculator') },
  })
  for (const tool of [
    { kind: 'mcp' },
    { kind: 'mcp', serverId: 'a', url: 'http://b' },
    { kind: 'knowledge', bases: [] },
  ])
    expect(await create({ tools: [tool] })).toMatchObject({ status: 422, body: { code: 'AGENT_TOOL_INVALID' } })
  for (const fields of [{ botId: '' }, { botId: 'a/b' }, { tools: [{ kind: 'shell' }] }, { limits: { roundsMax: 31 } }])
    expect(await create(fields)).toMatchObject({ status: 422, body: { code: 'REQUEST_INVALID' } })
  expect(await create({}, rootHeaders)).toMatchObject({ status: 422, body: { code: 'AGENT_APP_MISSING' } })
})

test('pages of agents meet without a gap or a repeat', async () => {
  const { call } = setUp()
  for (const botId of ['a', 'b', 'c', 'd', 'e']) await call('POST /api/agents', { ...body, botId })
  const seen: string[] = []
  let after = ''
  for (let page = 0; page < 3; page++) {
    const { body: found } = await call(`GET /api/agents?limit=2${after}`)
    const { agents, nextAfter } = found as { agents: Agent[]; nextAfter: string | null }
    seen.push(...agents.map(({ botId }) => botId))
    after = `&after=${nextAfter}`
    expect(nextAfter === null).toBe(page === 2)
  }
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'])
})
