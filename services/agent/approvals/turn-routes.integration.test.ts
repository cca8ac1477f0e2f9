import { expect, test } from 'bun:test'
import { startRunClaimer } from '#shared/journal/run-claimer.ts'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { modelWords } from '#shared/testing/model-server.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { TurnStarted } from '../loop/turn-events.ts'
import { TURN_KIND } from '../loop/turn-events.ts'
import { DEFAULT_LIMITS } from '../loop/turn-limits.ts'
import { appHeaders, rootHeaders } from '../test/create-test-agent.ts'
import { addDocument, toRan, toVersions } from '../test/fake-gateway.ts'
import { createSecondWorker } from '../test/second-worker.ts'
import { createToolAgent, modelCalls, readFrames, tellFrames } from '../test/tool-agent.ts'
import { continueTurn } from '../turns/continue-turn.ts'
import { endCancelledClaim } from '../turns/end-cancelled.ts'
import { prepareTurn, WIRE_SETTINGS } from '../turns/prepare-turn.ts'
import { startTurn } from '../turns/start-turn.ts'

const payments = (amounts: number[]) =>
  createToolAgent({
    model: ({ body }) =>
      JSON.stringify(body.messages).includes('"role":"tool"')
        ? modelWords('Done.')
        : modelCalls(...amounts.map((a) => ({ name: 'pay', input: { a, b: 0 } }))),
    gateway: {
      'GET /api/v1/tools/versions': () => toVersions({ 'tool@1': addDocument({ method: 'post', operationId: 'pay' }) }),
      'POST /api/v1/tools/http_run': () => toRan('paid'),
    },
  })
type Payments = Awaited<ReturnType<typeof payments>>

/** A turn whose calls with effects must be allowed. */
const begin = async ({ dependencies, server }: Payments, limits: Partial<TurnStarted['limits']> = {}) => {
  const model = { url: server.url, modelId: 'm', keySealed: '', parameters: {} }
  const started = await prepareTurn(
    dependencies,
    {
      botId: 'b',
      instructions: { reasoning: '', answer: '' },
      planModel: model,
      answerModel: model,
      plugins: {
        tools: [{ toolId: 'tool@1', version: 'V1.0' }],
        mcpServerIds: [],
        mcpServerUrls: [],
        flowIds: [],
        knowledge: [],
      },
      settings: { ...WIRE_SETTINGS, approval: 'effects', limits: { ...DEFAULT_LIMITS, ...limits } },
    },
    { sid: 's', appId: 'app', uid: 'u', caller: 'test', messages: [{ role: 'user', content: 'Pay.' }] },
  )
  return startTurn(dependencies, started)
}

interface TurnBody {
  state: string
  answer: { content: string }
  approvals: { callId: string; name: string; arguments: string; argumentsHash: string }[]
  calls: { state: string; result: { text: string; failed: boolean } | null }[]
  code?: string
}

const get = async (agent: Payments, path: `/${string}`, headers = appHeaders('app')) =>
  (await callApp(agent.app, `GET ${path}`, { headers })).body as TurnBody
const untilWaiting = (agent: Payments, turnId: string) =>
  waitFor(
    async () => {
      const turn = await get(agent, `/api/turns/${turnId}`)
      return turn.state === 'waiting' ? turn : undefined
    },
    { what: 'the turn to wait' },
  )
const untilDone = (agent: Payments, turnId: string) =>
  waitFor(
    async () => {
      const turn = await get(agent, `/api/turns/${turnId}`)
      return ['completed', 'failed', 'cancelled'].includes(turn.state) ? turn : undefined
    },
    { what: 'the turn to end' },
  )
const decide = (agent: Pick<Payments, 'app'>, turnId: string, body: object) =>
  callApp(agent.app, `POST /api/turns/${turnId}/approvals`, { headers: appHeaders('app'), body })
const runsOf = (agent: Payments) => agent.gateway.askedFor('/api/v1/tools/http_run')

test('a call with an effect is made only after somebody allowed these very arguments', async () => {
  await using agent = await payments([5])
  const turnId = await begin(agent)
  const { approvals } = await untilWaiting(agent, turnId)
  expect(approvals).toMatchObject([{ callId: '0.0', name: 'pay', arguments: '{"a":5,"b":0}' }])
  expect(runsOf(agent)).toEqual([])
  const { callId, argumentsHash } = approvals[0]!

  const other = await decide(agent, turnId, { callId, argumentsHash: '0'.repeat(64), approve: true })
  expect({ status: other.status, code: (other.body as TurnBody).code }).toEqual({
    status: 409,
    code: 'AGENT_APPROVAL_CHANGED',
  })
  const foreign = await callApp(agent.app, `POST /api/turns/${turnId}/approvals`, {
    headers: appHeaders('other'),
    body: { callId, argumentsHash, approve: true },
  })
  expect(foreign.status).toBe(404)
  expect(await get(agent, '/api/approvals', appHeaders('other'))).toEqual({
    approvals: [],
    nextBeforeId: null,
  } as never)
  expect(await get(agent, '/api/approvals', rootHeaders as never)).toMatchObject({
    approvals: [{ turnId, appId: 'app', callId, argumentsHash }],
  })
  expect(runsOf(agent)).toEqual([])

  expect((await decide(agent, turnId, { callId, argumentsHash, approve: true })).status).toBe(200)
  expect(await untilDone(agent, turnId)).toMatchObject({ state: 'completed', answer: { content: 'Done.' } })
  expect(runsOf(agent).map(({ headers }) => headers.get('idempotency-key'))).toEqual([`${turnId}:0:0`])
  expect((await decide(agent, turnId, { callId, argumentsHash, approve: true })).status).toBe(200)
  expect((await decide(agent, turnId, { callId, argumentsHash, approve: false })).status).toBe(409)
  expect(runsOf(agent)).toHaveLength(1)
})

test('a refused call is not made, and the model is told why', async () => {
  await using agent = await payments([5])
  const turnId = await begin(agent)
  const { approvals } = await untilWaiting(agent, turnId)
  const { callId, argumentsHash } = approvals[0]!
  await decide(agent, turnId, { callId, argumentsHash, approve: false, reason: 'too much money' })
  const turn = await untilDone(agent, turnId)
  expect(turn.calls[0]?.result).toEqual({ text: expect.stringContaining('too much money'), failed: true })
  expect(JSON.stringify(agent.server.requests.at(-1)?.body.messages)).toContain('too much money')
  expect(runsOf(agent)).toEqual([])
})

test('several calls go on together once all of them are decided', async () => {
  await using agent = await payments([1, 2, 3])
  const turnId = await begin(agent)
  const { approvals } = await untilWaiting(agent, turnId)
  expect(approvals.map(({ callId }) => callId)).toEqual(['0.0', '0.1', '0.2'])
  for (const [index, { callId, argumentsHash }] of approvals.entries()) {
    expect(runsOf(agent)).toEqual([])
    const answer = await decide(agent, turnId, { callId, argumentsHash, approve: index !== 1 })
    expect(answer.status).toBe(200)
  }
  const turn = await untilDone(agent, turnId)
  expect(turn.calls.map(({ result }) => result?.failed)).toEqual([false, true, false])
  expect(runsOf(agent)).toHaveLength(2)
})

test('nobody in time is a refusal, and the turn goes on by itself', async () => {
  await using agent = await payments([5])
  const claimer = startRunClaimer({
    journal: agent.journal,
    kinds: [TURN_KIND],
    execute: (claimed, signal) => continueTurn(agent.dependencies, claimed, signal),
    concurrencyMax: 4,
    pollMs: 20,
    logger: silentLogger,
    draining: new AbortController().signal,
  })
  const turnId = await begin(agent, { approvalMsMax: 200 })
  const turn = await untilDone(agent, turnId)
  expect(turn.calls[0]?.result?.text).toContain('nobody allowed it in time')
  expect(runsOf(agent)).toEqual([])
  const asked = (await agent.eventsOf(turnId)).find((event) => event.type === 'approval-asked')
  const late = await decide(agent, turnId, { callId: '0.0', argumentsHash: asked?.argumentsHash, approve: true })
  expect((late.body as TurnBody).code).toBe('AGENT_APPROVAL_DECIDED')
  await claimer.stop()
})

test('a client that holds its stream sees the answer on it, whoever goes on with the turn', async () => {
  await using agent = await payments([5])
  await using second = await createSecondWorker(agent.agent)
  const turnId = await begin(agent)
  const stream = callApp(agent.app, `GET /internal/agent/turns/${turnId}/frames`)
  const { approvals } = await untilWaiting(agent, turnId)
  const { callId, argumentsHash } = approvals[0]!
  await decide(second, turnId, { callId, argumentsHash, approve: true })
  const frames = readFrames((await stream).body)
  expect(tellFrames(frames)).toEqual(['nothing', 'tool pay', 'content Done.', 'stop 0'])
  expect(frames[0]).toMatchObject({ approval: { callId, argumentsHash } })
})

test('a decision that was heard counts although its worker died with it', async () => {
  await using agent = await payments([5])
  const turnId = await begin(agent)
  const { approvals } = await untilWaiting(agent, turnId)
  const { callId, argumentsHash } = approvals[0]!
  // The worker hears the decision and dies in the call.
  agent.gateway.answers['POST /api/v1/tools/http_run'] = () => new Promise(() => undefined)
  await decide(agent, turnId, { callId, argumentsHash, approve: true })
  await waitFor(() => runsOf(agent).length === 1, { what: 'the call' })
  agent.gateway.answers['POST /api/v1/tools/http_run'] = () => toRan('paid')
  await using second = await createSecondWorker(agent.agent)
  const claimer = startRunClaimer({
    journal: second.journal,
    kinds: [TURN_KIND],
    execute: (claimed, signal) => continueTurn(second.dependencies, claimed, signal),
    concurrencyMax: 4,
    pollMs: 20,
    logger: silentLogger,
    draining: new AbortController().signal,
  })
  await takeOverWorker(agent.postgres.url, agent.journal.workerId)
  await waitFor(async () => (await second.journal.find(turnId))?.state === 'completed', { what: 'the turn to end' })
  // The same call, by its name: whoever got it twice can tell.
  expect(runsOf(agent).map(({ headers }) => headers.get('idempotency-key'))).toEqual([`${turnId}:0:0`, `${turnId}:0:0`])
  await claimer.stop()
})

test('a turn ends within seconds when it is cancelled, under way or waiting, and says so', async () => {
  await using agent = await payments([5])
  const claimer = startRunClaimer({
    journal: agent.journal,
    kinds: [TURN_KIND],
    execute: (claimed, signal) => continueTurn(agent.dependencies, claimed, signal),
    onCancelled: endCancelledClaim,
    concurrencyMax: 4,
    pollMs: 20,
    logger: silentLogger,
    draining: new AbortController().signal,
  })
  const waiting = await begin(agent)
  await untilWaiting(agent, waiting)
  agent.gateway.answers['POST /api/v1/tools/http_run'] = () => new Promise(() => undefined)
  const running = await begin(agent)
  const { approvals } = await untilWaiting(agent, running)
  await decide(agent, running, { ...approvals[0], approve: true })
  for (const turnId of [waiting, running]) {
    const stream = callApp(agent.app, `GET /internal/agent/turns/${turnId}/frames`)
    const answer = await callApp(agent.app, `POST /api/turns/${turnId}/cancel`, { headers: appHeaders('app') })
    expect(answer.status).toBe(200)
    expect(await untilDone(agent, turnId)).toMatchObject({ state: 'cancelled' })
    expect(readFrames((await stream).body).at(-1)).toMatchObject({ code: 40500, message: 'The turn was cancelled,s' })
  }
  await claimer.stop()
})

test('the events of a turn are followed from where a reader left, without what it pinned', async () => {
  await using agent = await payments([5])
  const turnId = await begin(agent)
  const { approvals } = await untilWaiting(agent, turnId)
  await decide(agent, turnId, { ...approvals[0], approve: true })
  await untilDone(agent, turnId)
  const whole = String(
    (await callApp(agent.app, `GET /api/turns/${turnId}/events`, { headers: appHeaders('app') })).body,
  )
  const headers = { ...appHeaders('app'), 'last-event-id': '2' }
  const rest = String((await callApp(agent.app, `GET /api/turns/${turnId}/events`, { headers })).body)
  expect(whole).toStartWith('id: 0\nevent: started\n')
  expect(rest).toBe(whole.slice(whole.indexOf('id: 3\n')))
  expect(whole).not.toContain('keySealed')
  expect(whole).not.toContain(agent.server.url)
})
