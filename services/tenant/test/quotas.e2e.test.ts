/** A quota outlasts kill -9 of the gateway and of everything: never exceeded, and little of it lost. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { BLOCK_SHARE_MAX } from '../limits/quota-policy.ts'

const QUOTA = 200
/** Requests that a gateway takes at once out of such a quota: what one kill can lose. */
const BLOCK = QUOTA * BLOCK_SHARE_MAX

let orrery: RunningOrrery
let key = ''
beforeAll(async () => {
  orrery = await startOrrery()
  const made = await asRoot('POST', '/api/apps', { name: 'Metered' })
  const { apiKey, apiSecret } = made.key as Record<string, string>
  key = `${apiKey}:${apiSecret}`
  await asRoot('PUT', `/api/apps/${made.appId}/limits`, { requestsPerDay: QUOTA })
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const asRoot = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${orrery.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${orrery.rootKey}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(response.status).toBeLessThan(300)
  return (await response.json()) as Record<string, unknown>
}

/** One request that is answered by a service or refused by a limit; asked again while there is nobody to answer. */
const askOnce = (): Promise<number> =>
  waitFor(
    async () => {
      const response = await fetch(`${orrery.url}/api/flows`, { headers: { authorization: `Bearer ${key}` } }).catch(
        () => undefined,
      )
      await response?.body?.cancel()
      return response && (response.status === 200 || response.status === 429) ? response.status : undefined
    },
    { what: 'an answer', timeoutMs: 60_000 },
  )

/** Asks so many times; how many were let through. */
const pass = async (times: number): Promise<number> => {
  let passed = 0
  for (let time = 0; time < times; time += 1) if ((await askOnce()) === 200) passed += 1
  return passed
}

const killEverything = async () => {
  const { gateways, pools, backends } = await orrery.status()
  const pids = [...gateways, ...pools.flatMap(({ workers }) => workers), ...backends].flatMap(({ pid }) => pid ?? [])
  await orrery.kill9()
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await waitFor(async () => !pids.some(isThere), { what: 'all processes to be gone' })
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a quota is never exceeded, and each kill loses less than a block of it', async () => {
  let passed = await pass(30)
  const [gateway] = (await orrery.status()).gateways
  process.kill(gateway?.pid ?? 0, 'SIGKILL')
  passed += await pass(31)
  await killEverything()
  orrery = await startOrrery({ dataDirectory: orrery.dataDirectory })
  passed += await pass(31)
  expect(passed).toBe(92)
  const kills = 2
  passed += await pass(QUOTA)
  expect(passed).toBeLessThanOrEqual(QUOTA)
  expect(passed).toBeGreaterThan(QUOTA - kills * BLOCK)
  expect(await askOnce()).toBe(429)
}, 120_000)
