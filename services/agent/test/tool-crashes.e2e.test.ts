/** Workers of agents that are killed in the middle of tools, approvals and text: each client sees one whole answer, and no effect happens twice. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { modelChunk, modelStream, startModelServer } from '#shared/testing/model-server.ts'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { addDocument } from './fake-gateway.ts'
import { modelCalls, readFrames, tellFrames } from './tool-agent.ts'

/** A payment provider: what comes with a key that it knows is no new payment. */
const createBank = () => {
  const asked: string[] = []
  const paid = new Map<string, string>()
  let open = Promise.withResolvers<void>()
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const key = request.headers.get('idempotency-key') ?? ''
      asked.push(key)
      await open.promise
      paid.set(key, new URL(request.url).search)
      return Response.json({ paid: true })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    paid,
    /** From here on requests wait until they are let through. */
    close() {
      asked.length = 0
      paid.clear()
      open = Promise.withResolvers<void>()
    },
    letThrough: () => open.resolve(),
    stop: () => server.stop(true),
  }
}

const bank = createBank()
let answer: Parameters<typeof startModelServer>[0] = () => modelStream()
const models = startModelServer((request, asked) => answer(request, asked))
let orrery: RunningOrrery
let toolId = ''

const headers = () => ({
  authorization: `Bearer ${orrery.rootKey}`,
  'x-consumer-username': 'starter',
  'content-type': 'application/json',
})
const send = async <Answer = unknown>(method: string, path: string, body?: object): Promise<Answer> => {
  const response = await fetch(`${orrery.url}${path}`, {
    method,
    headers: headers(),
    ...(body && { body: JSON.stringify(body) }),
  })
  // safe: each use names the fields that the route promises
  return (await response.json()) as Answer
}

beforeAll(async () => {
  orrery = await startOrrery({ env: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1' } })
  const document = {
    ...addDocument({ method: 'post', operationId: 'pay' }),
    servers: [{ url: bank.url }],
  }
  const tool = { schema_type: 0, name: 'bank', description: 'Pays.', openapi_schema: btoa(JSON.stringify(document)) }
  const made = await send<{ data?: { tools: { id: string }[] } }>('POST', '/api/v1/tools/versions', {
    header: { app_id: 'starter' },
    payload: { tools: [tool] },
  })
  toolId = made.data?.tools[0]?.id ?? ''
  expect({ made, toolId }).toEqual({ made, toolId: expect.stringMatching(/^tool@/) })
  await send('POST', '/api/models', { name: 'mock', url: models.url, modelId: 'm', apiKey: 'k' })
  for (const [botId, approval] of [
    ['payer', 'never'],
    ['careful', 'effects'],
  ]) {
    const tools = [{ kind: 'link', toolId, version: 'V1.0' }]
    const agent = await send('POST', '/api/agents?appId=starter', { botId, model: 'mock', tools, approval })
    expect(agent).toMatchObject({ botId })
  }
}, 120_000)
afterAll(async () => {
  await orrery?.stop()
  await models[Symbol.asyncDispose]()
  bank.stop()
})
beforeEach(() => bank.close())

const ask = (botId: string) =>
  fetch(`${orrery.url}/agent/v1/chat/completions`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify({ bot_id: botId, stream: true, messages: [{ role: 'user', content: 'Pay.' }] }),
  })

const agentPid = async () => {
  const { pools } = await orrery.status()
  return pools.find(({ services }) => services.includes('agent'))?.workers[0]?.pid ?? 0
}
/** Kills the worker that runs the agents, and waits for the next one. */
const killAgents = async () => {
  const pid = await waitFor(agentPid, { what: 'a worker of agents', timeoutMs: 45_000 })
  process.kill(pid, 'SIGKILL')
  await waitFor(
    async () => {
      const { pools } = await orrery.status()
      const workers = pools.find(({ services }) => services.includes('agent'))?.workers ?? []
      return workers.some((worker) => worker.pid !== pid && worker.state === 'ready')
    },
    { what: 'the next worker of agents', timeoutMs: 45_000 },
  )
}

/** Three payments in one answer, then words. */
const payThrice: typeof answer = ({ body }) =>
  JSON.stringify(body.messages).includes('"role":"tool"')
    ? modelStream(modelChunk({ content: 'All ' }), modelChunk({ content: 'paid.' }), modelChunk({}, 'stop'))
    : modelCalls(...[1, 2, 3].map((a) => ({ name: 'pay', input: { a, b: 0 } })))

const PAID = ['tool pay', 'tool pay', 'tool pay', 'content All ', 'content paid.', 'stop 0']

test('a worker that dies while three tools run: the stream goes on, and each payment is made once', async () => {
  answer = payThrice
  const response = await ask('payer')
  const told = response.text()
  await waitFor(() => bank.asked.length === 3, { what: 'three payments on their way' })
  await killAgents()
  bank.letThrough()
  expect(tellFrames(readFrames(await told))).toEqual(PAID)
  expect([...bank.paid.values()].toSorted()).toEqual(['?a=1&b=0', '?a=2&b=0', '?a=3&b=0'])
  const runId = response.headers.get('x-orrery-run-id')
  expect([...bank.paid.keys()].toSorted()).toEqual([0, 1, 2].map((index) => `${runId}:0:${index}`))
}, 120_000)

test('a worker that dies while calls wait for a person, and again after he allowed them: nothing is lost or paid twice', async () => {
  answer = payThrice
  const response = await ask('careful')
  const told = response.text()
  const turnId = response.headers.get('x-orrery-run-id') ?? ''
  const turn = () =>
    send('GET', `/api/turns/${turnId}`) as Promise<{ state?: string; approvals?: { callId: string }[] }>
  await waitFor(async () => (await turn()).approvals?.length === 3, { what: 'three questions' })
  await killAgents()
  const { approvals = [] } = await waitFor(
    async () => {
      const seen = await turn()
      return seen.approvals?.length === 3 ? seen : undefined
    },
    { what: 'the questions, on the next worker' },
  )
  for (const approval of approvals) {
    const decided = await send('POST', `/api/turns/${turnId}/approvals`, { ...approval, approve: true })
    expect(decided).toMatchObject({ id: turnId })
  }
  await waitFor(() => bank.asked.length >= 3, { what: 'three payments on their way' })
  await killAgents()
  bank.letThrough()
  const frames = tellFrames(readFrames(await told))
  expect(frames).toEqual(['nothing', 'nothing', 'nothing', ...PAID])
  expect(bank.paid.size).toBe(3)
  expect(await turn()).toMatchObject({ state: 'completed', approvals: [] })
}, 120_000)

test('a worker that dies in the middle of a model’s text in the ReAct form: the client sees one whole answer', async () => {
  const thought = ['Thought: I pay.\nAction: pay\n', 'Action Input: {"a": 7,', ' "b": 0}']
  const words = ['Thought: done\nFinal ', 'Answer: It', ' is', ' paid.']
  const half = Promise.withResolvers<void>()
  let cut = 0
  answer = ({ body }) => {
    if (body.tools) return Response.json({ error: { message: 'tools are not supported' } }, { status: 400 })
    const messages = JSON.stringify(body.messages)
    const whole = messages.includes('Observation: {') ? words : thought
    // Each of the two texts stops in its middle once, and is gone on with by the next worker.
    const isResumed = messages.includes('cut off')
    if (!isResumed && cut < 2) {
      cut += 1
      const chunks = whole.slice(0, 2).map((content) => `data: ${JSON.stringify(modelChunk({ content }))}\n\n`)
      return new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode(chunks.join('')))
            if (cut === 2) half.resolve()
          },
        }),
      )
    }
    const rest = isResumed ? whole.slice(2) : whole
    return modelStream(...rest.map((content) => modelChunk({ content })), modelChunk({}, 'stop'))
  }
  bank.letThrough()
  // Nothing of a thought is shown, and yet the client has the head of its answer.
  const response = await ask('payer')
  const told = response.text()
  const turnId = response.headers.get('x-orrery-run-id') ?? ''
  await waitFor(() => cut === 1, { what: 'half a thought' })
  const shown = async () => JSON.stringify(await send('GET', `/api/turns/${turnId}`))
  await killAgents()
  await half.promise
  await waitFor(async () => (await shown()).includes(' It'), { what: 'half an answer on disk' })
  await killAgents()
  const frames = readFrames(await told)
  expect(frames.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(' It is paid.')
  expect(tellFrames(frames)[0]).toBe('tool pay')
  expect(bank.paid.size).toBe(1)
}, 120_000)
