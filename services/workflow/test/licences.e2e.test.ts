/** Who may run a published flow, on the whole system: credentials from the tenant service, look-ups through the gateway. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { echoDefinition } from '../fixtures/flow-definitions.ts'

let orrery: RunningOrrery

beforeAll(async () => {
  orrery = await startOrrery()
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const post = async (path: string, key: string, body: object) => {
  const response = await fetch(`${orrery.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return (await response.json()) as any
}

const createApp = async (name: string): Promise<{ appId: string; key: string }> => {
  const { appId, key } = await post('/api/apps', orrery.rootKey, { name })
  return { appId, key: `${key.apiKey}:${key.apiSecret}` }
}

test('an app publishes and lets another one in that was made a moment ago, and none that is not there', async () => {
  const owner = await createApp('Owner')
  const added = await post('/workflow/v1/protocol/add', owner.key, { name: 'Flow', data: echoDefinition() })
  const flowId: string = added.data.flow_id
  expect((await post('/v1/publish', owner.key, { flow_id: flowId, release_status: 1 })).code).toBe(0)
  const bind = async (appId: string) => (await post('/v1/auth', owner.key, { flow_id: flowId, app_id: appId })).code
  expect(await bind('nobody')).toBe(20_000)

  const guest = await createApp('Guest')
  const run = { flow_id: flowId, stream: false, parameters: { AGENT_USER_INPUT: 'hi' } }
  expect((await post('/workflow/v1/chat/completions', guest.key, run)).code).toBe(20_004)
  expect(await bind(guest.appId)).toBe(0)
  const answered = await post('/workflow/v1/chat/completions', guest.key, run)
  expect(answered.choices[0].delta.content).toBe('You said: hi')
})

test('an app is bound although the tenant service dies while it is asked', async () => {
  const owner = await createApp('Patient owner')
  const guests = await Promise.all(['One', 'Two', 'Three'].map((name) => createApp(`Patient ${name}`)))
  const added = await post('/workflow/v1/protocol/add', owner.key, { name: 'Flow', data: echoDefinition() })
  const flowId: string = added.data.flow_id
  await post('/v1/publish', owner.key, { flow_id: flowId, release_status: 1 })
  for (const { appId } of guests) {
    const { pools } = await orrery.status()
    const tenants = pools.filter(({ services }) => services.includes('tenant')).flatMap(({ workers }) => workers)
    expect(tenants.length).toBeGreaterThan(0)
    for (const { pid } of tenants) process.kill(pid, 'SIGKILL')
    const bound = await post('/v1/auth', owner.key, { flow_id: flowId, app_id: appId })
    expect(bound).toMatchObject({ code: 0 })
  }
}, 120_000)
