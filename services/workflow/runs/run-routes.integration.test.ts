import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const runEcho = async (text: string): Promise<string> => {
  const body = { flow_id: '101', uid: 'u1', stream: false, parameters: { AGENT_USER_INPUT: text } }
  const response = await workflow.call('POST /workflow/v1/chat/completions', { appId: 'starter', body })
  await response.text()
  return response.headers.get('x-orrery-run-id') ?? ''
}

const readEvents = async (runId: string, lastEventId?: string) => {
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const text = await (await workflow.call(`GET /api/runs/${runId}/events`, { appId: 'starter', headers })).text()
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((block) => {
      const [id = '', event = '', data = ''] = block.split('\n')
      return { id: Number(id.slice('id: '.length)), event, data: JSON.parse(data.slice('data: '.length)) }
    })
}

test('a run tells its state, its result and what each node did', async () => {
  const run = await workflow.json(`GET /api/runs/${await runEcho('one')}`, { appId: 'starter' })
  expect(run).toMatchObject({
    kind: 'workflow',
    subjectId: '101',
    version: 'v1.0',
    mode: 'release',
    appId: 'starter',
    uid: 'u1',
    state: 'completed',
    parameters: { AGENT_USER_INPUT: 'one' },
    result: { content: 'You said: one', reasoning: '' },
    error: null,
  })
  expect(run.finishedAt >= run.createdAt).toBe(true)
  expect(run.nodes.map((node: { kind: string; state: string }) => [node.kind, node.state])).toEqual([
    ['node-start', 'completed'],
    ['node-end', 'completed'],
  ])
})

test('runs are listed newest first, page by page, without a hole', async () => {
  const ids = [await runEcho('a'), await runEcho('b'), await runEcho('c')]
  const first = await workflow.json('GET /api/runs?limit=2', { appId: 'starter' })
  expect(first.runs.map((run: { id: string }) => run.id)).toEqual([ids[2], ids[1]])
  const second = await workflow.json(`GET /api/runs?limit=2&beforeId=${first.nextBeforeId}`, { appId: 'starter' })
  expect(second.runs[0].id).toBe(ids[0])
})

test('an app sees its own runs only, in lists, by id and as a stream', async () => {
  const runId = await runEcho('mine')
  expect((await workflow.json('GET /api/runs', { appId: 'other' })).runs).toEqual([])
  for (const path of [`/api/runs/${runId}`, `/api/runs/${runId}/events`]) {
    const response = await workflow.call(`GET ${path}`, { appId: 'other' })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'WORKFLOW_RUN_NOT_FOUND', remedy: expect.any(String) })
  }
  expect((await workflow.call(`GET /api/runs/${runId}`)).status).toBe(200)
})

test('the events of a run are numbered from 0 and a reader goes on after the last one it saw', async () => {
  const runId = await runEcho('events')
  const all = await readEvents(runId)
  expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => index))
  expect(all[0]).toMatchObject({ event: 'event: run-started', data: { type: 'run-started', flowId: '101' } })
  expect(all.at(-1)?.data.type).toBe('run-completed')
  expect(await readEvents(runId, '2')).toEqual(all.slice(3))
  expect(await readEvents(runId, String(all.length - 1))).toEqual([])
  expect(await readEvents(runId, 'nonsense')).toEqual(all)
})

test('faulty requests are problems with a code and a remedy', async () => {
  const wrong = await workflow.call('GET /api/runs?limit=0')
  expect(wrong.status).toBe(422)
  expect(wrong.headers.get('content-type')).toBe('application/problem+json')
  expect((await workflow.call('GET /api/runs/abc')).status).toBe(422)
  const missing = await workflow.call('GET /api/nothing')
  expect(missing.status).toBe(404)
  expect(await missing.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' })
})

test('runs and nodes are counted', async () => {
  const valueNow = (name: string) =>
    workflow.context.metrics
      .snapshot()
      .families.find((family) => family.name === name)
      ?.series.reduce(
        (sum, series) => sum + (series.buckets?.reduce((total, count) => total + count, 0) ?? series.value),
        0,
      ) ?? 0
  const names = [
    'orrery_workflow_runs_started_total',
    'orrery_workflow_runs_completed_total',
    'orrery_workflow_runs_failed_total',
    'orrery_workflow_node_seconds',
  ]
  const before = names.map(valueNow)
  await runEcho('counted')
  expect(names.map((name, index) => valueNow(name) - (before[index] ?? 0))).toEqual([1, 1, 0, 2])
})
