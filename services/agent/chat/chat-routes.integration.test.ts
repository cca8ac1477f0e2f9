import { describe, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { modelChunk, modelStream, modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { appHeaders, createTestAgent, rootHeaders } from '../test/create-test-agent.ts'
import type { toFrame } from './frames.ts'

type Agent = Awaited<ReturnType<typeof createTestAgent>>
type Frame = ReturnType<typeof toFrame>

const CHAT = '/agent/v1/chat/completions'
const CUSTOM = '/agent/v1/custom/chat/completions'
const ask = (content: string) => ({ bot_id: 'starter', messages: [{ role: 'user', content }] })

const post = (
  agent: Agent,
  path: `/${string}`,
  body: unknown,
  headers: Record<string, string> = appHeaders('starter'),
) => callApp(agent.app, `POST ${path}`, { headers, body })

/** The frames of a stream, which must be `data:` lines with an empty line after each, and `[DONE]` at the end. */
const framesOf = (body: unknown): Frame[] => {
  // A late beginning has a blank line before it.
  const lines = String(body).trimStart().split('\n\n')
  expect(lines.at(-1)).toBe('')
  expect(lines.at(-2)).toBe('data: [DONE]')
  return lines.slice(0, -2).map((line) => {
    expect(line).toStartWith('data: {')
    return JSON.parse(line.slice('data: '.length)) as Frame
  })
}
const contentOf = (frames: readonly Frame[]) => frames.map(({ choices }) => choices[0]?.delta.content ?? '').join('')

describe('a bot with tools', () => {
  test('streams the tool call, the answer and the stop frame, as the wire has them', async () => {
    await using agent = await createTestAgent()
    const response = await post(agent, CHAT, { ...ask('What is 12 * (3 + 4)?'), stream: true })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('x-orrery-run-id')).toMatch(/^\d+$/)
    const frames = framesOf(response.body)
    const [first, ...rest] = frames

    expect(first).toEqual({
      id: expect.stringMatching(/^sag[0-9a-f]{8}@/),
      choices: [
        {
          delta: {
            content: null,
            function_call: null,
            refusal: null,
            role: 'assistant',
            tool_calls: [
              {
                index: 0,
                id: null,
                type: 'tool',
                reason: '',
                function: {
                  name: 'calculator',
                  arguments: '{"expression":"12 * (3 + 4)"}',
                  response: expect.stringContaining('12 * (3 + 4) = 84'),
                },
              },
            ],
            reasoning_content: null,
          },
          finish_reason: null,
          index: 0,
          logprobs: null,
        },
      ],
      created: expect.any(Number),
      model: 'rehearsal',
      object: 'chat.completion.chunk',
      service_tier: null,
      system_fingerprint: null,
      usage: null,
      code: 0,
      message: 'success',
      logs: [],
      knowledge_metadata: [],
    })
    expect(contentOf(rest)).toBe('The rehearsal model asked a tool. It says: 12 * (3 + 4) = 84')
    const last = frames.at(-1)
    expect(last?.choices[0]).toMatchObject({ finish_reason: 'stop', delta: { content: null, role: 'assistant' } })
    expect(last).toMatchObject({ model: '', code: 0, message: 'success', usage: { total_tokens: expect.any(Number) } })
    expect(new Set(frames.map(({ id }) => id)).size).toBe(1)
    // Milliseconds, unlike everything else of OpenAI's.
    expect(Math.abs((first?.created ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(frames.filter(({ choices }) => choices[0]?.finish_reason !== null)).toHaveLength(1)
  })

  test('the same as one object', async () => {
    await using agent = await createTestAgent()
    const response = await post(agent, CHAT, ask('What is 12 * (3 + 4)?'))
    expect(response.body).toMatchObject({
      object: 'chat.completion',
      model: 'rehearsal',
      code: 0,
      message: 'success',
      choices: [
        {
          finish_reason: 'stop',
          message: {
            role: 'assistant',
            content: 'The rehearsal model asked a tool. It says: 12 * (3 + 4) = 84',
            reasoning_content: '',
            tool_calls: [{ id: '', type: 'tool', reason: '', function: { name: 'calculator' } }],
          },
        },
      ],
    })
  })
})

test('a model that thinks streams its reasoning before its answer', async () => {
  await using server = startModelServer(() =>
    modelStream(modelChunk({ reasoning_content: 'hm' }), modelChunk({ content: 'yes' }, 'stop')),
  )
  await using agent = await createTestAgent({ allow: '127.0.0.1' })
  const body = {
    model_config: { domain: 'm1', api: server.url, api_key: 'k' },
    max_loop_count: 0,
    messages: ask('x').messages,
  }
  const response = await post(agent, CUSTOM, body)
  const deltas = framesOf(response.body).map(({ choices }) => choices[0]?.delta)
  expect(deltas).toMatchObject([
    { reasoning_content: 'hm', content: null },
    { reasoning_content: null, content: 'yes' },
    { reasoning_content: null, content: null },
  ])
  expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer k')
})

describe('failures are HTTP 200 with a code', () => {
  test.each([
    ['a bot that is not there', { ...ask('x'), bot_id: 'nobody' }, 40001, 'failed to retrieve bot config'],
    ['no bot', { messages: ask('x').messages }, 40001, 'failed to retrieve bot config'],
  ])('%s', async (...[, body, code, says]) => {
    await using agent = await createTestAgent()
    const [frame, ...more] = framesOf((await post(agent, CHAT, { ...body, stream: true })).body)
    expect(more).toEqual([])
    expect(frame).toMatchObject({ code, message: `${says},${frame?.id}`, choices: [{ finish_reason: 'stop' }] })
    const whole = (await post(agent, CHAT, body)).body as { id: string }
    expect(whole).toMatchObject({
      object: 'chat.completion',
      code,
      message: `${says},${whole.id}`,
      choices: [{ message: { content: '', tool_calls: [] } }],
    })
  })

  test('a failing model ends the stream with its code after what was said', async () => {
    await using server = startModelServer(() =>
      modelStream(modelChunk({ content: 'half' }), { error: { message: 'moderated' } }),
    )
    await using agent = await createTestAgent({ allow: '127.0.0.1' })
    const body = { model_config: { domain: 'm1', api: server.url }, max_loop_count: 0, messages: ask('x').messages }
    const response = await post(agent, CUSTOM, body)
    const frames = framesOf(response.body)
    expect(contentOf(frames)).toBe('half')
    expect(frames.at(-1)).toMatchObject({ code: 40303, message: expect.stringContaining('moderated') })
    const header = await agent.journal.find(response.headers.get('x-orrery-run-id') ?? '')
    expect(header).toMatchObject({ kind: 'agent', appId: 'starter', state: 'failed' })
  })

  test('an address inside the network is not called', async () => {
    await using server = startModelServer(() => modelWords('never'))
    await using agent = await createTestAgent()
    const body = { model_config: { domain: 'm1', api: server.url }, max_loop_count: 0, messages: ask('x').messages }
    expect(framesOf((await post(agent, CUSTOM, body)).body)).toMatchObject([
      { code: 40303, message: expect.stringContaining('OUTBOUND_REFUSED') },
    ])
    expect(server.requests).toHaveLength(0)
  })

  test.each([
    [{ tools: ['unknown'] }, 40023],
    [{ mcp_server_ids: ['m'] }, 40026],
    [{ workflow_ids: ['w'] }, 40028],
    [{ knowledge: [{ name: 'n', description: '', top_k: 1, repo_type: 1, match: { repo_ids: ['r'] } }] }, 40025],
  ])('a plugin that is not there: %j is %d', async (plugin, code) => {
    await using agent = await createTestAgent()
    const body = {
      model_config: { domain: 'rehearsal', api: '' },
      plugin,
      max_loop_count: 1,
      messages: ask('x').messages,
    }
    expect(framesOf((await post(agent, CUSTOM, body)).body)).toMatchObject([{ code }])
  })
})

describe('invalid requests are code 40002', () => {
  test('the header is missed before the body is looked at', async () => {
    await using agent = await createTestAgent()
    const { status, body } = await post(agent, CHAT, {}, rootHeaders)
    expect(status).toBe(200)
    expect(body).toMatchObject({ code: 40002, message: 'missing, x-consumer-username, Field required', choices: [] })
    // Seconds in this answer.
    expect((body as { created: number }).created).toBeLessThan(1e11)
  })

  test('a body that is no JSON is told where', async () => {
    await using agent = await createTestAgent()
    const request = new Request(`http://app.test${CHAT}`, {
      method: 'POST',
      headers: appHeaders('starter'),
      body: '{"bot_id": }',
    })
    expect(await (await agent.app.handle(request)).json()).toMatchObject({
      code: 40002,
      message: 'json_invalid, 11, JSON decode error',
    })
  })
})

test('the bot of another app is not there', async () => {
  await using agent = await createTestAgent()
  expect((await post(agent, CHAT, ask('x'), appHeaders('other'))).body).toMatchObject({ code: 40001 })
})

test('a client that leaves does not end the turn', async () => {
  await using agent = await createTestAgent({ tokenMs: 1 })
  const request = new Request(`http://app.test${CHAT}`, {
    method: 'POST',
    headers: appHeaders('starter'),
    body: JSON.stringify({ ...ask('Hello'), stream: true }),
  })
  const response = await agent.app.handle(request)
  const reader = response.body!.getReader()
  await reader.read()
  await reader.cancel()
  await agent.dependencies.registry.stop(10_000)
  expect(await agent.journal.find(response.headers.get('x-orrery-run-id') ?? '')).toMatchObject({ state: 'completed' })
})

test('no key of a model is in the journal', async () => {
  await using server = startModelServer(() => modelWords('a'))
  await using agent = await createTestAgent({ allow: '127.0.0.1' })
  const body = {
    model_config: { domain: 'm1', api: server.url, api_key: 'sk-secret' },
    max_loop_count: 0,
    messages: ask('x').messages,
  }
  const response = await post(agent, CUSTOM, body)
  const events = await agent.journal.read(response.headers.get('x-orrery-run-id') ?? '', -1)
  expect(events.length).toBeGreaterThan(2)
  expect(JSON.stringify(events)).not.toContain('sk-secret')
})
