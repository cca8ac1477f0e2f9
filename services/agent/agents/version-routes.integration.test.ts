import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { modelChunk, modelStream, startModelServer } from '#shared/testing/model-server.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { appHeaders, createTestAgent } from '../test/create-test-agent.ts'
import { createSecondWorker } from '../test/second-worker.ts'
import type { Agent } from './agent-schemas.ts'

const headers = appHeaders('a1')
const setUp = async (options: { allow?: string } = {}) => {
  const agent = await createTestAgent(options)
  const call = async (route: Parameters<typeof callApp>[1], body?: unknown) =>
    callApp(agent.app, route, { headers, ...(body === undefined ? {} : { body }) })
  return { agent, call, [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() }
}

test('chats use what is published, not the draft; a rollback is used at once and by every worker', async () => {
  await using context = await setUp()
  const { agent, call } = context
  await using second = await createSecondWorker(agent)
  await call('POST /api/agents', { botId: 'b', model: 'rehearsal', instruction: 'one' })
  const instructionUsed = async () => {
    const chat = { bot_id: 'b', messages: [{ role: 'user', content: 'Hello' }] }
    const answer = await callApp(second.app, 'POST /agent/v1/chat/completions', { headers, body: chat })
    const [first] = await agent.journal.read(answer.headers.get('x-orrery-run-id') ?? '', -1)
    return (first!.event as unknown as { instructions: { reasoning: string } }).instructions.reasoning
  }
  await call('PUT /api/agents/b', { instruction: 'two' })
  expect(await instructionUsed()).toBe('one')
  expect((await call('POST /api/agents/b/publish', { note: 'Second' })).body).toMatchObject({
    number: 2,
    note: 'Second',
  })
  expect(await instructionUsed()).toBe('two')
  // Nothing changed, so there is nothing new to publish.
  expect((await call('POST /api/agents/b/publish', { note: 'Again' })).body).toMatchObject({
    number: 2,
    note: 'Second',
  })

  const rolledBack = await call('POST /api/agents/b/rollback', { version: 1 })
  expect(rolledBack.body).toMatchObject({ publishedVersion: 1, instruction: 'two', hasUnpublishedChanges: true })
  expect(await instructionUsed()).toBe('one')
  expect((await call('GET /api/agents/b/diff')).body).toEqual({
    from: 'published',
    to: 'draft',
    differences: [{ path: '/instruction', from: 'one', to: 'two' }],
  })
  const whole = await call('POST /api/agents/b/rollback', { version: 1, draft: true })
  expect(whole.body).toMatchObject({ publishedVersion: 1, instruction: 'one', hasUnpublishedChanges: false })
  expect((await call('GET /api/agents/b/diff?from=1&to=2')).body).toMatchObject({ differences: [{ to: 'two' }] })
  expect((await call('GET /api/agents/b/versions?limit=1')).body).toMatchObject({
    versions: [{ number: 2, note: 'Second' }],
    nextBefore: 2,
  })
  expect((await call('GET /api/agents/b/versions?limit=1&before=2')).body).toMatchObject({
    versions: [{ number: 1 }],
    nextBefore: null,
  })
  expect(await call('POST /api/agents/b/rollback', { version: 9 })).toMatchObject({
    status: 404,
    body: { code: 'AGENT_NOT_FOUND', detail: expect.stringContaining('version 9') },
  })
})

test('a draft that was never published is found by nobody who chats', async () => {
  await using context = await setUp()
  const { call } = context
  await call('POST /api/agents', { botId: 'b', model: 'rehearsal', publish: false })
  const chat = { bot_id: 'b', messages: [{ role: 'user', content: 'Hello' }] }
  expect((await call('POST /agent/v1/chat/completions', chat)).body).toMatchObject({ code: 40001 })
  expect((await call('GET /agent/v1/bot-config?app_id=a1&bot_id=b')).body).toMatchObject({ code: 40001 })
  expect(await call('GET /api/agents/b?version=published')).toMatchObject({ status: 404 })
  await call('POST /api/agents/b/publish', {})
  expect((await call('POST /agent/v1/chat/completions', chat)).body).toMatchObject({ code: 0 })
})

test('a turn that runs keeps the version it began with', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await using server = startModelServer(async (_request, asked) => {
    if (asked === 1) await promise
    return modelStream(modelChunk({ content: 'done' }, 'stop'))
  })
  await using context = await setUp({ allow: '127.0.0.1' })
  const { agent, call } = context
  const config = {
    ...{ app_id: 'a1', bot_id: 'b', regular_config: {} },
    model_config: {
      instruct: 'old',
      plan: { api: server.url, domain: 'm' },
      summary: { api: server.url, domain: 'm' },
    },
  }
  await call('POST /agent/v1/bot-config', config)
  const chat = { bot_id: 'b', messages: [{ role: 'user', content: 'Hello' }] }
  const running = call('POST /agent/v1/chat/completions', chat)
  while (server.requests.length === 0) await Bun.sleep(5)
  await call('PUT /api/agents/b', { instruction: 'new', model: 'rehearsal' })
  await call('POST /api/agents/b/publish', {})
  resolve()
  expect((await running).body).toMatchObject({ code: 0, choices: [{ message: { content: 'done' } }] })
  expect(JSON.stringify(server.requests[0]?.body)).toContain('old')
  const next = (await call('POST /agent/v1/chat/completions', chat)).body
  expect(next).toMatchObject({ code: 0, model: 'rehearsal' })
  expect(agent.dependencies.registry.size).toBe(0)
})

test('the wire and the API change one document: a replacement there is the draft and the publication here', async () => {
  await using context = await setUp()
  const { call } = context
  await call('POST /api/agents', { botId: 'b', model: 'rehearsal', cite: true, opening: { text: 'Hi', questions: [] } })
  const { data } = (await call('GET /agent/v1/bot-config?app_id=a1&bot_id=b')).body as { data: object }
  await call('PUT /agent/v1/bot-config', { ...data, tool_ids: ['calculator'] })
  expect((await call('GET /api/agents/b')).body).toMatchObject({
    ...{ tools: [{ kind: 'builtin', id: 'calculator' }], cite: true, opening: { text: 'Hi' } },
    ...{ revision: 2, publishedVersion: 2, hasUnpublishedChanges: false },
  })
  // Sent again it is the same version still, keys or not.
  await call('PUT /agent/v1/bot-config', { ...data, tool_ids: ['calculator'] })
  expect((await call('GET /api/agents/b')).body).toMatchObject({ revision: 2, publishedVersion: 2 })
})

test('any order of changes, publications and rollbacks shows what a simple list of versions would', async () => {
  await using context = await setUp()
  const { call } = context
  await call('POST /api/agents', { botId: 'b', model: 'rehearsal', instruction: '0' })
  const model = { draft: '0', versions: ['0'], published: 1 }
  const random = seededRandom(11)
  for (let step = 1; step <= 60; step++) {
    const dice = random()
    if (dice < 0.4) {
      model.draft = String(Math.floor(random() * 4))
      await call('PUT /api/agents/b', { instruction: model.draft })
    } else if (dice < 0.7) {
      if (model.versions[model.published - 1] !== model.draft) model.published = model.versions.push(model.draft)
      expect((await call('POST /api/agents/b/publish', {})).body).toMatchObject({ number: model.published })
    } else {
      model.published = 1 + Math.floor(random() * model.versions.length)
      const draft = random() < 0.3
      if (draft) model.draft = model.versions[model.published - 1] as string
      await call('POST /api/agents/b/rollback', { version: model.published, draft })
    }
    const [draft, published] = await Promise.all(
      ['draft', 'published'].map(async (version) => (await call(`GET /api/agents/b?version=${version}`)).body as Agent),
    )
    expect(draft).toMatchObject({ instruction: model.draft, publishedVersion: model.published })
    expect(published).toMatchObject({ instruction: model.versions[model.published - 1], version: model.published })
  }
  for (const [index, instruction] of model.versions.entries())
    expect((await call(`GET /api/agents/b?version=${index + 1}`)).body).toMatchObject({ instruction })
})
