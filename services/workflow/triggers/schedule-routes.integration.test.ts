import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { type CallOptions, startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const app = { appId: 'starter' }
const hourly = {
  name: 'Hourly',
  flowId: '101',
  cron: '0 * * * *',
  timezone: 'Europe/Berlin',
  parameters: { AGENT_USER_INPUT: 'tick' },
}
const call = async (route: string, options: CallOptions = {}) => {
  const response = await workflow.call(route, { ...app, ...options })
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, body: (response.status === 204 ? undefined : await response.json()) as any }
}
const add = async (body: object) => (await call('POST /api/schedules', { body: { ...hourly, ...body } })).body
const firesOf = async (id: string) => (await call(`GET /api/schedules/${id}`)).body.fires
const dueNow = (id: string, seconds: number) =>
  workflow.database
    .client`update schedules set next_fire_at = date_trunc('second', now()) - make_interval(secs => ${seconds}) where id = ${id}`

test('a schedule shows its next times and can be changed, switched off and deleted', async () => {
  const created = await call('POST /api/schedules', { body: hourly })
  expect(created).toMatchObject({ status: 201, body: { ...hourly, enabled: true, misfire: 'skip', fires: [] } })
  const { id, nextFireAt, upcoming } = created.body
  expect(upcoming).toHaveLength(5)
  expect(upcoming[0]).toBe(nextFireAt)
  expect(new Date(upcoming[1]).getTime() - new Date(upcoming[0]).getTime()).toBe(3_600_000)
  const off = await call(`PUT /api/schedules/${id}`, { body: { ...hourly, name: 'Off', enabled: false } })
  expect(off.body).toMatchObject({ name: 'Off', enabled: false, nextFireAt: null, upcoming: [] })
  expect((await call('GET /api/schedules')).body.schedules.map((row: { id: string }) => row.id)).toContain(id)
  expect((await call(`DELETE /api/schedules/${id}`)).status).toBe(204)
  expect(await call(`GET /api/schedules/${id}`)).toMatchObject({ status: 404 })
})

test('a schedule that could never run is refused', async () => {
  const faults = [
    [{ cron: '99 * * * *' }, 422, 'WORKFLOW_SCHEDULE_INVALID'],
    [{ timezone: 'Mars/Olympus' }, 422, 'WORKFLOW_SCHEDULE_INVALID'],
    [{ cron: '2020-01-01T00:00:00' }, 422, 'WORKFLOW_SCHEDULE_INVALID'],
    [{ flowId: '999' }, 404, 'WORKFLOW_FLOW_NOT_FOUND'],
    [{ parameters: { nonsense: 1 } }, 422, 'WORKFLOW_PARAMETERS_INVALID'],
  ] as const
  for (const [change, status, code] of faults) {
    const refused = await call('POST /api/schedules', { body: { ...hourly, ...change } })
    expect(refused).toMatchObject({ status, body: { code } })
  }
})

test('another app sees no schedule of this one', async () => {
  const { id } = await add({})
  const other = { appId: 'other' }
  expect((await call(`GET /api/schedules/${id}`, other)).status).toBe(404)
  expect((await call(`PUT /api/schedules/${id}`, { ...other, body: hourly })).status).toBe(404)
  expect((await call(`DELETE /api/schedules/${id}`, other)).status).toBe(404)
  expect((await call('GET /api/schedules', other)).body.schedules).toEqual([])
})

test('a time that has come starts its run, which the history names', async () => {
  const { id } = await add({ name: 'Due' })
  await dueNow(id, 1)
  const [fire] = await waitFor(
    async () => {
      const fires = await firesOf(id)
      return fires[0]?.state === 'started' && fires
    },
    { what: 'the run to be started' },
  )
  const run = await waitFor(
    async () => {
      const found = await workflow.json(`GET /api/runs/${fire.runId}`, app)
      return found.state === 'completed' && found
    },
    { what: 'the run to complete' },
  )
  expect(run).toMatchObject({ uid: 'schedule', result: { content: 'You said: tick' } })
})

test('times that were missed follow the misfire rule', async () => {
  const [skip, once] = [await add({ misfire: 'skip' }), await add({ misfire: 'run-once' })]
  await dueNow(skip.id, 4 * 3600 + 120)
  await dueNow(once.id, 4 * 3600 + 120)
  await waitFor(async () => (await firesOf(skip.id)).length > 0, { what: 'the skipped times' })
  const skipped = (await firesOf(skip.id)).filter((fire: { missed: number }) => fire.missed > 0)
  expect(skipped).toMatchObject([{ state: 'skipped', runId: null }])
  const late = () => firesOf(once.id)
  await waitFor(async () => (await late()).some((fire: { state: string }) => fire.state === 'started'), {
    what: 'one run for all missed times',
  })
  expect((await late()).filter((fire: { missed: number }) => fire.missed > 0)).toHaveLength(1)
})

test('a run that its flow refuses is told in the history, and the schedule goes on', async () => {
  const { id } = await add({ name: 'Refused', version: '' })
  await workflow.database.client`update schedules set flow_id = '999' where id = ${id}`
  await dueNow(id, 1)
  const fires = await waitFor(
    async () => {
      const found = await firesOf(id)
      return found[0]?.state === 'refused' && found
    },
    { what: 'the refusal' },
  )
  expect(fires[0]).toMatchObject({ runId: null, error: expect.stringContaining('WORKFLOW_FLOW_NOT_FOUND') })
  expect((await call(`GET /api/schedules/${id}`)).body.nextFireAt).not.toBeNull()
})
