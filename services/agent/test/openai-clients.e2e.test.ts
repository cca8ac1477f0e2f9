/** OpenAI's own client and the AI SDK talk to the whole system as they talk to OpenAI: nothing is known to them but its address and a key. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai'
import OpenAI from 'openai'
import { flowWithQuestion } from '#shared/testing/flow-with-question.ts'
import { modelChunk, modelStream, startModelServer } from '#shared/testing/model-server.ts'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'

const APP = 'starter'
const WEATHER = { type: 'object' as const, properties: { city: { type: 'string' as const } }, required: ['city'] }

let orrery: RunningOrrery
let server: ReturnType<typeof startModelServer>
let apiKey: string
let openai: OpenAI

/** Asks for a tool first, and tells what it was told once it has the result; its arguments come in pieces. */
const answerWithTool = (messages: { role: string; content: unknown }[]): Response => {
  const result = messages.findLast(({ role }) => role === 'tool')
  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }
  if (result) {
    return modelStream(modelChunk({ content: 'It is ' }), modelChunk({ content: String(result.content) }), {
      ...modelChunk({}, 'stop'),
      usage,
    })
  }
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"ci' } }
  return modelStream(
    modelChunk({ role: 'assistant', content: null, tool_calls: [call] }),
    modelChunk({ tool_calls: [{ index: 0, function: { arguments: 'ty":"Kyiv"}' } }] }),
    { ...modelChunk({}, 'tool_calls'), usage },
  )
}

beforeAll(async () => {
  server = startModelServer(({ body }) => answerWithTool(body.messages as { role: string; content: unknown }[]))
  orrery = await startOrrery({ env: { ORRERY_REHEARSAL_TOKEN_MS: '0' } })
  const root = {
    authorization: `Bearer ${orrery.rootKey}`,
    'x-consumer-username': APP,
    'content-type': 'application/json',
  }
  const create = async (path: string, body: object) => {
    const response = await fetch(orrery.url + path, { method: 'POST', headers: root, body: JSON.stringify(body) })
    const answer = (await response.json()) as Record<string, string>
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return answer
  }
  await create('/api/models', { name: 'meteorologist', provider: 'openai', url: server.url, modelId: 'm' })
  const { id } = await create('/api/flows', { name: 'Where', definition: flowWithQuestion })
  await create('/workflow/v1/publish', { flow_id: id, release_status: 1, plat: 1, version: 'v1.0' })
  const key = await create(`/api/apps/${APP}/keys`, {})
  apiKey = `${key.apiKey}:${key.apiSecret}`
  openai = new OpenAI({ baseURL: `${orrery.url}/v1`, apiKey })
}, 120_000)
afterAll(async () => {
  await orrery?.stop()
  await server?.[Symbol.asyncDispose]()
}, 120_000)

const flowNamed = async (name: string): Promise<string> => {
  const headers = { authorization: `Bearer ${apiKey}` }
  const { flows } = (await (await fetch(`${orrery.url}/api/flows`, { headers })).json()) as {
    flows: { id: string; name: string }[]
  }
  const id = flows.find((flow) => flow.name === name)?.id
  if (id === undefined) throw new Error(`no flow ${name} among ${flows.map((flow) => flow.name)}`)
  return `flow:${id}`
}

/** What a call was rejected with; its promises are a class of their own. */
const failureOf = (call: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(call).then(
    () => undefined,
    (error: unknown) => error,
  )

const askedTool = {
  model: 'meteorologist',
  messages: [{ role: 'user' as const, content: 'What is the weather in Kyiv?' }],
  tools: [{ type: 'function' as const, function: { name: 'weather', parameters: WEATHER } }],
}

describe('the openai package', () => {
  test('lists models, agents and flows, and finds one of each', async () => {
    const ids: string[] = []
    for await (const { id } of openai.models.list()) ids.push(id)
    expect(ids).toContain('rehearsal')
    expect(ids).toContain('meteorologist')
    expect(ids).toContain('agent:starter')
    const flow = ids.find((id) => id.startsWith('flow:')) ?? ''
    for (const id of ['rehearsal', 'agent:starter', flow])
      expect(await openai.models.retrieve(id)).toMatchObject({ id })
    expect(await failureOf(openai.models.retrieve('nobody'))).toBeInstanceOf(OpenAI.NotFoundError)
  })

  test('runs a conversation with a tool of its own, whole', async () => {
    const runner = openai.chat.completions.runTools({
      ...askedTool,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'Tells the weather.',
            parameters: WEATHER,
            parse: JSON.parse,
            function: ({ city }: { city: string }) => `sunny in ${city}`,
          },
        },
      ],
    })
    expect(await runner.finalContent()).toBe('It is sunny in Kyiv')
    expect(await runner.totalUsage()).toMatchObject({ prompt_tokens: 22, completion_tokens: 14, total_tokens: 36 })
  })

  test('reads a stream with a tool call, its reason and its usage', async () => {
    const stream = openai.chat.completions.stream({ ...askedTool, stream_options: { include_usage: true } })
    const { choices, usage } = await stream.finalChatCompletion()
    expect(choices[0]?.finish_reason).toBe('tool_calls')
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({
      id: 'call_1',
      function: { name: 'weather', arguments: '{"city":"Kyiv"}' },
    })
    expect(usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 })
  })

  test('asks an agent, whose own tools run inside', async () => {
    const asked = { model: 'agent:starter', messages: [{ role: 'user' as const, content: 'What is 6 * 7?' }] }
    const whole = await openai.chat.completions.create(asked)
    expect(whole.choices[0]?.message.content).toContain('42')
    expect(whole.choices[0]?.message.tool_calls).toBeUndefined()
    expect(whole.usage?.total_tokens).toBeGreaterThan(0)
    const streamed = await openai.chat.completions.stream(asked).finalContent()
    expect(streamed).toContain('42')
  })

  test('asks a published flow, whole and as a stream', async () => {
    const model = await flowNamed('Echo')
    const asked = { model, messages: [{ role: 'user' as const, content: 'hello' }] }
    const whole = await openai.chat.completions.create(asked)
    expect(whole.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'You said: hello' } })
    expect(whole.model).toBe(model)
    expect(await openai.chat.completions.stream(asked).finalContent()).toBe('You said: hello')
  })

  test('answers what a flow asks, with the id of the question as metadata', async () => {
    const model = await flowNamed('Where')
    const hello = [{ role: 'user' as const, content: 'Hello' }]
    const asks = await openai.chat.completions.create({ model, messages: hello, metadata: { name: 'Ann' } })
    expect(asks.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'In which city do you live, Ann?' },
    })
    const answer = (eventId: string) =>
      openai.chat.completions.create({
        model,
        messages: [...hello, { role: 'assistant', content: 'In which city?' }, { role: 'user', content: 'Paris' }],
        metadata: { orrery_event_id: eventId },
      })
    const { orrery_event_id: eventId } = asks as unknown as { orrery_event_id: string }
    expect((await answer(eventId)).choices[0]?.message.content).toBe('Ann lives in Paris.')
    expect(await failureOf(answer('123456'))).toMatchObject({ status: 422, code: 'AGENT_FLOW_FAILED' })
  })

  test('is told what is wrong, and does not repeat what must not be repeated', async () => {
    const hello = [{ role: 'user' as const, content: 'Hello' }]
    const ask = (model: string, client = openai) =>
      failureOf(client.chat.completions.create({ model, messages: hello }))
    expect(await ask('nobody')).toMatchObject({ status: 404, code: 'MODEL_UNKNOWN' })
    expect(await ask('flow:123')).toMatchObject({ status: 404, code: 'AGENT_FLOW_FAILED' })
    expect(await ask('flow:x')).toMatchObject({ status: 404, code: 'AGENT_FLOW_UNKNOWN' })
    expect(await ask('agent:nobody')).toMatchObject({ status: 404, code: 'AGENT_NOT_FOUND' })
    const stranger = new OpenAI({ baseURL: `${orrery.url}/v1`, apiKey: 'key:secret' })
    expect(await ask('rehearsal', stranger)).toBeInstanceOf(OpenAI.AuthenticationError)
    expect(await failureOf(openai.chat.completions.create({ model: 'rehearsal', messages: [] }))).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      param: 'messages',
    })
  })
})

describe('the AI SDK', () => {
  const provider = () => createOpenAICompatible({ name: 'orrery', baseURL: `${orrery.url}/v1`, apiKey })
  const tools = {
    weather: tool({
      description: 'Tells the weather.',
      inputSchema: jsonSchema<{ city: string }>(WEATHER),
      execute: async ({ city }) => `rainy in ${city}`,
    }),
  }
  const prompt = 'What is the weather in Kyiv?'

  test('generates a text over two steps with a tool between', async () => {
    const { text, steps, totalUsage } = await generateText({
      model: provider()('meteorologist'),
      tools,
      prompt,
      stopWhen: stepCountIs(3),
    })
    expect(text).toBe('It is rainy in Kyiv')
    expect(steps).toHaveLength(2)
    expect(totalUsage).toMatchObject({ inputTokens: 22, outputTokens: 14 })
  })

  test('streams a text over two steps with a tool between', async () => {
    const result = streamText({ model: provider()('meteorologist'), tools, prompt, stopWhen: stepCountIs(3) })
    let text = ''
    for await (const piece of result.textStream) text += piece
    expect(text).toBe('It is rainy in Kyiv')
    expect(await result.finishReason).toBe('stop')
  })

  test('streams an agent and a flow', async () => {
    const ask = async (model: string, question: string) => {
      let text = ''
      for await (const piece of streamText({ model: provider()(model), prompt: question }).textStream) text += piece
      return text
    }
    expect(await ask('agent:starter', 'What is 6 * 7?')).toContain('42')
    expect(await ask(await flowNamed('Echo'), 'hello')).toBe('You said: hello')
  })
})
