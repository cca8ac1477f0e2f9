/** Disabling an app takes effect at once: its requests and open streams end, what it started goes on to its end. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'

const HANDBOOK_FLOW = '102'
let orrery: RunningOrrery
beforeAll(async () => {
  orrery = await startOrrery({ env: { ORRERY_REHEARSAL_TOKEN_MS: '300' } })
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const asRoot = (method: string, path: string, body?: object) =>
  fetch(`${orrery.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${orrery.rootKey}`,
      'content-type': 'application/json',
      'x-consumer-username': 'starter',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
const makeKey = async () => {
  const { apiKey, apiSecret } = (await (await asRoot('POST', '/api/apps/starter/keys', {})).json()) as Record<
    string,
    string
  >
  return { apiKey, bearer: `Bearer ${apiKey}:${apiSecret}` }
}
const startStream = async (authorization: string) => {
  const response = await fetch(`${orrery.url}/workflow/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ flow_id: HANDBOOK_FLOW, uid: 'u', stream: true },
      parameters: { AGENT_USER_INPUT: 'What are the four promises of Orrery?' },
    }),
  })
  expect(response.status).toBe(200)
  const runId = response.headers.get('x-orrery-run-id') ?? ''
  const reader = response.body?.getReader()
  await reader?.read()
  /** How the stream ends: `[DONE]` is the whole of it. */
  const ended = (async () => {
    let text = ''
    try {
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true }
        if (done) break
        text += new TextDecoder().decode(value)
      }
    } catch {
      // cut, which is what is looked for
    }
    return /"finish_reason":"stop"/.test(text) ? 'whole' : 'cut'
  })()
  return { runId, ended }
}
const statusOf = async (authorization: string) =>
  (await fetch(`${orrery.url}/api/flows`, { headers: { authorization } })).status

test('an app that is disabled is refused and its streams are cut before the answer; its run completes', async () => {
  const { bearer } = await makeKey()
  const { runId, ended } = await startStream(bearer)
  const stranger = `Bearer ${orrery.rootKey}`
  expect(await statusOf(bearer)).toBe(200)
  expect((await asRoot('PATCH', '/api/apps/starter', { disabled: true })).status).toBe(200)
  const [status, how] = await Promise.all([statusOf(bearer), ended])
  expect([status, how]).toEqual([401, 'cut'])
  expect(await statusOf(stranger)).toBe(200)
  await waitFor(
    async () => ((await (await asRoot('GET', `/api/runs/${runId}`)).json()) as { state: string }).state === 'completed',
    { what: 'the run to complete', timeoutMs: 60_000 },
  )
  expect((await asRoot('PATCH', '/api/apps/starter', { disabled: false })).status).toBe(200)
  expect(await statusOf(bearer)).toBe(200)
}, 120_000)

test('a revoked key ends its streams, and none of another key of the app', async () => {
  const [first, second] = [await makeKey(), await makeKey()]
  const streams = [await startStream(first.bearer), await startStream(second.bearer)]
  expect((await asRoot('DELETE', `/api/apps/starter/keys/${first.apiKey}`)).status).toBe(204)
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(['cut', 'whole'])
}, 120_000)

test('a key that ends by itself ends its streams within seconds', async () => {
  const { apiKey, bearer } = await makeKey()
  const { ended } = await startStream(bearer)
  const expiresAt = new Date(Date.now() + 500).toISOString()
  await asRoot('PATCH', `/api/apps/starter/keys/${apiKey}`, { expiresAt })
  expect(await ended).toBe('cut')
}, 120_000)

test('a stream that a replaced gateway still carries ends, too', async () => {
  const { apiKey, bearer } = await makeKey()
  const { ended } = await startStream(bearer)
  const before = (await orrery.status()).gateways.map(({ pid }) => pid)
  const restart = Bun.spawn([process.execPath, 'supervisor/command/main.ts', 'restart', String(before[0])], {
    env: { ...process.env, ORRERY_DATA: orrery.dataDirectory },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  })
  await waitFor(
    async () => (await orrery.status()).gateways.some(({ pid, state }) => state === 'ready' && !before.includes(pid)),
    { what: 'another gateway to serve', timeoutMs: 45_000 },
  )
  expect((await asRoot('DELETE', `/api/apps/starter/keys/${apiKey}`)).status).toBe(204)
  expect(await ended).toBe('cut')
  restart.kill()
  await restart.exited
}, 120_000)
