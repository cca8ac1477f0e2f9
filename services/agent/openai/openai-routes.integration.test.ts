import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { modelChunk, modelStream, startModelServer } from '#shared/testing/model-server.ts'
import { appHeaders, createTestAgent, rootHeaders } from '../test/create-test-agent.ts'

type Agent = Awaited<ReturnType<typeof createTestAgent>>
const hello = [{ role: 'user', content: 'Hello' }]

const complete = (agent: Agent, body: object, headers: Record<string, string> = appHeaders('starter')) =>
  callApp(agent.app, 'POST /v1/chat/completions', { headers, body })

const chunksOf = (body: unknown) => {
  const lines = String(body).split('\n\n').filter(Boolean)
  expect(lines.at(-1)).toBe('data: [DONE]')
  return lines.slice(0, -1).map((line) => JSON.parse(line.slice('data: '.length)))
}
const contentOf = (chunks: ReturnType<typeof chunksOf>) =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')

test('a model answers as a whole and as a stream with the same text', async () => {
  await using agent = await createTestAgent()
  const whole = await complete(agent, { model: 'rehearsal', messages: hello })
  const { content } = (whole.body as { choices: { message: { content: string } }[] }).choices[0]!.message
  expect(whole.body).toMatchObject({
    object: 'chat.completion',
    model: 'rehearsal',
    choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: expect.stringContaining('"Hello"') } }],
    usage: { prompt_tokens: 1, total_tokens: expect.any(Number) },
  })
  const streamed = await complete(agent, {
    model: 'rehearsal',
    messages: hello,
    stream: true,
    stream_options: { include_usage: true },
  })
  expect(streamed.headers.get('content-type')).toStartWith('text/event-stream')
  const chunks = chunksOf(streamed.body)
  expect(contentOf(chunks)).toBe(content)
  expect(chunks[0].choices[0].delta.role).toBe('assistant')
  expect(chunks.at(-2).choices[0].finish_reason).toBe('stop')
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 1 } })
})

test('tools of the client are called by the client', async () => {
  await using agent = await createTestAgent()
  const tools = [
    {
      type: 'function',
      function: { name: 'calculator', parameters: { type: 'object', properties: { expression: {} } } },
    },
  ]
  const asked = { model: 'rehearsal', messages: [{ role: 'user', content: '2 + 2' }], tools }
  const first = await complete(agent, asked)
  expect(first.body).toMatchObject({
    choices: [
      {
        finish_reason: 'tool_calls',
        message: { content: null, tool_calls: [{ type: 'function', function: { name: 'calculator' } }] },
      },
    ],
  })
  const [call] = (first.body as { choices: { message: { tool_calls: { id: string }[] } }[] }).choices[0]!.message
    .tool_calls
  const second = await complete(agent, {
    ...asked,
    messages: [
      ...asked.messages,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: call!.id, content: '4' },
    ],
  })
  expect(JSON.stringify(second.body)).toContain('It says: 4')
})

test('an agent is a model: its tools run inside, its turn is a run', async () => {
  await using agent = await createTestAgent()
  const response = await complete(agent, {
    model: 'agent:starter',
    messages: [{ role: 'user', content: '6 * 7' }],
    stream: true,
  })
  const chunks = chunksOf(response.body)
  expect(contentOf(chunks)).toContain('6 * 7 = 42')
  expect(JSON.stringify(chunks)).not.toContain('tool_calls')
  const runId = response.headers.get('x-orrery-run-id') ?? ''
  expect(await agent.journal.find(runId)).toMatchObject({ kind: 'agent', subjectId: 'starter', state: 'completed' })
})

test('models and own agents are listed', async () => {
  await using agent = await createTestAgent()
  const list = async (headers: Record<string, string>) =>
    ((await callApp(agent.app, 'GET /v1/models', { headers })).body as { data: { id: string }[] }).data.map(
      ({ id }) => id,
    )
  expect(await list(appHeaders('starter'))).toEqual(['rehearsal', 'agent:starter'])
  expect(await list(appHeaders('other'))).toEqual(['rehearsal'])
  expect(await list({ 'x-orrery-caller': 'app' })).toEqual(['rehearsal'])
  expect(await list(rootHeaders)).toEqual(['rehearsal', 'agent:starter'])
})

test('failures are errors of the OpenAI shape with an HTTP status, before a stream begins', async () => {
  await using agent = await createTestAgent()
  const stream = true
  expect(await complete(agent, { model: 'none', messages: hello, stream })).toMatchObject({
    status: 404,
    body: { error: { code: 'MODEL_UNKNOWN', type: 'invalid_request_error' } },
  })
  expect(await complete(agent, { model: 'agent:none', messages: hello, stream })).toMatchObject({
    status: 404,
    body: { error: { code: 'AGENT_NOT_FOUND' } },
  })
  expect(await complete(agent, { model: 'agent:starter', messages: hello, stream }, appHeaders('other'))).toMatchObject(
    { status: 404 },
  )
  expect(await complete(agent, { messages: hello })).toMatchObject({
    status: 400,
    body: { error: { code: 'REQUEST_INVALID', param: 'model' } },
  })
  expect(
    await complete(agent, { model: 'rehearsal', messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }),
  ).toMatchObject({ status: 400, body: { error: { code: 'AGENT_COMPLETION_INVALID' } } })
  // Neither files of this host nor objects of somebody else, whoever knows their names.
  for (const url of ['file:///etc/passwd', `orrery-object:${'0'.repeat(64)};image/png`, 'http://a.test/b.png']) {
    const content = [{ type: 'image_url', image_url: { url } }]
    expect(await complete(agent, { model: 'rehearsal', messages: [{ role: 'user', content }] })).toMatchObject({
      status: 400,
      body: { error: { code: 'REQUEST_INVALID' } },
    })
  }
  const malformed = new Request('http://app.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  })
  const response = await agent.app.handle(malformed)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'BODY_UNREADABLE' } })
})

test('a model that fails in the middle ends the stream with an error object', async () => {
  await using server = startModelServer(() =>
    modelStream(modelChunk({ content: 'half' }), { error: { message: 'boom', code: 500 } }),
  )
  await using agent = await createTestAgent()
  await agent.dependencies.models.insert({ name: 'local', provider: 'openai', url: server.url, modelId: 'm' })
  const chunks = chunksOf((await complete(agent, { model: 'local', messages: hello, stream: true })).body)
  expect(chunks[0].choices[0].delta.content).toBe('half')
  expect(chunks.at(-1)).toMatchObject({
    error: { code: 'MODEL_UNREACHABLE', message: expect.stringContaining('boom') },
  })
})
