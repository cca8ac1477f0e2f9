import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { appHeaders, createTestAgent, rootHeaders } from '../test/create-test-agent.ts'

const body = { botId: 'helper', instruction: 'Be kind.', model: 'rehearsal', tools: ['calculator'] }

test('an agent is created, chats, is changed and deleted', async () => {
  await using agent = await createTestAgent()
  const headers = appHeaders('a1')
  expect(await callApp(agent.app, 'POST /api/agents', { headers, body })).toMatchObject({
    status: 201,
    body: { appId: 'a1', ...body, endpoint: null },
  })
  const chat = { bot_id: 'helper', messages: [{ role: 'user', content: 'What is 2 + 3?' }] }
  const answer = await callApp(agent.app, 'POST /agent/v1/chat/completions', { headers, body: chat })
  expect(JSON.stringify(answer.body)).toContain('2 + 3 = 5')

  const changed = await callApp(agent.app, 'PUT /api/agents/helper', { headers, body: { tools: [] } })
  expect(changed.body).toMatchObject({ instruction: 'Be kind.', model: 'rehearsal', tools: [] })
  expect((await callApp(agent.app, 'DELETE /api/agents/helper', { headers })).status).toBe(204)
  expect(await callApp(agent.app, 'GET /api/agents/helper', { headers })).toMatchObject({
    status: 404,
    body: { code: 'AGENT_NOT_FOUND' },
  })
})

test('an app sees its own agents only; root sees all of them', async () => {
  await using agent = await createTestAgent()
  await callApp(agent.app, 'POST /api/agents', { headers: appHeaders('a1'), body })
  const list = async (headers: Record<string, string>, query = '') =>
    (
      (await callApp(agent.app, `GET /api/agents${query}`, { headers })).body as { agents: { appId: string }[] }
    ).agents.map(({ appId }) => appId)
  expect(await list(appHeaders('a1'))).toEqual(['a1'])
  expect(await list(appHeaders('a1'), '?appId=starter')).toEqual(['a1'])
  expect(await list(rootHeaders)).toEqual(['a1', 'starter'])
  expect(await list(rootHeaders, '?appId=starter')).toEqual(['starter'])
  expect(await callApp(agent.app, 'GET /api/agents/starter', { headers: appHeaders('a1') })).toMatchObject({
    status: 404,
  })
  expect(await callApp(agent.app, 'DELETE /api/agents/starter', { headers: appHeaders('a1') })).toMatchObject({
    status: 404,
  })
  expect(await callApp(agent.app, 'GET /api/agents/helper', { headers: rootHeaders })).toMatchObject({
    body: { appId: 'a1' },
  })
})

test('failures are problems with a code and a remedy', async () => {
  await using agent = await createTestAgent()
  const headers = appHeaders('starter')
  const create = (fields: object, as: Record<string, string> = headers) =>
    callApp(agent.app, 'POST /api/agents', { headers: as, body: { ...body, ...fields } })
  expect(await create({ botId: 'starter' })).toMatchObject({ status: 409, body: { code: 'AGENT_EXISTS' } })
  expect(await create({ tools: ['shell'] })).toMatchObject({
    status: 422,
    body: { code: 'AGENT_TOOL_UNKNOWN', remedy: expect.stringContaining('calculator') },
  })
  expect(await create({ botId: '' })).toMatchObject({ status: 422, body: { code: 'REQUEST_INVALID' } })
  expect(await create({}, rootHeaders)).toMatchObject({ status: 422, body: { code: 'AGENT_APP_MISSING' } })
})

test('pages of agents meet without a gap or a repeat', async () => {
  await using agent = await createTestAgent()
  const headers = appHeaders('a1')
  for (const botId of ['a', 'b', 'c', 'd', 'e'])
    await callApp(agent.app, 'POST /api/agents', { headers, body: { ...body, botId } })
  const seen: string[] = []
  let after = ''
  for (let page = 0; page < 3; page++) {
    const { body: found } = await callApp(agent.app, `GET /api/agents?limit=2${after}`, { headers })
    const { agents, nextAfter } = found as { agents: { botId: string }[]; nextAfter: string | null }
    seen.push(...agents.map(({ botId }) => botId))
    after = `&after=${nextAfter}`
    expect(nextAfter === null).toBe(page === 2)
  }
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'])
})
