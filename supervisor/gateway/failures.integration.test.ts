import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startTestGateway } from './fixtures/test-gateway.ts'

type TestGateway = ReturnType<typeof startTestGateway>
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code

/** A worker that is gone: its socket does not exist. */
const goneWorker = (gateway: TestGateway) => ({ id: 'gone', socketPath: join(gateway.directory, 'gone.sock') })

/** A worker that takes the request and dies before a byte comes back. */
const dyingWorker = async (gateway: TestGateway) => {
  const socketPath = join(gateway.directory, 'dying.sock')
  let requests = 0
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      requests += 1
      socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    id: 'dying',
    socketPath,
    requests: () => requests,
    [Symbol.dispose]: () => void server.close(),
  }
}

test('what was never sent goes to another worker, any method, with its whole body', async () => {
  await using gateway = startTestGateway()
  const alive = gateway.addWorker(async (request) => new Response(await request.text()))
  const large = 'x'.repeat(3_000_000)
  for (let round = 0; round < 10; round += 1) {
    gateway.route({ agent: [{ ...goneWorker(gateway), id: `gone-${round}` }, alive] })
    const body = round % 2 ? large : 'short'
    const response = await gateway.ask('/agent/v1/x', { method: 'POST', body })
    expect(await response.text()).toBe(body)
  }
  expect(gateway.metric('orrery_gateway_retries_total')).toBeGreaterThan(0)
})

test('a request whose worker just died waits for the next one', async () => {
  await using gateway = startTestGateway()
  gateway.route({ agent: [goneWorker(gateway)] })
  const asked = gateway.ask('/agent/v1/x', { method: 'POST', body: 'kept' })
  await waitFor(() => gateway.metric('orrery_gateway_retries_total') > 0, { what: 'the first attempt to fail' })
  gateway.serve('agent', async (request) => new Response(await request.text()))
  expect(await (await asked).text()).toBe('kept')
})

test('after a broken connection a repeatable request goes to another worker, any other is a 502 and is sent once', async () => {
  await using gateway = startTestGateway()
  using dying = await dyingWorker(gateway)
  const alive = gateway.addWorker(() => new Response('alive'))
  gateway.route({ agent: [dying] })
  const posted = await gateway.ask('/agent/v1/x', { method: 'POST', body: 'once' })
  expect([posted.status, await codeOf(posted)]).toEqual([502, 'GATEWAY_WORKER_LOST'])
  expect(dying.requests()).toBe(1)

  gateway.route({ agent: [dying, alive] })
  for (let round = 0; round < 6; round += 1) {
    expect(await (await gateway.ask('/agent/v1/x')).text()).toBe('alive')
  }
})

test('a worker that fails again and again is left alone', async () => {
  await using gateway = startTestGateway()
  const alive = gateway.addWorker(() => new Response('alive'))
  gateway.route({ agent: [goneWorker(gateway), alive] })
  await waitFor(
    async () => {
      await gateway.ask('/agent/v1/x')
      return gateway.metric('orrery_gateway_ejected_workers') === 1
    },
    { what: 'the ejection' },
  )
  const before = gateway.metric('orrery_gateway_retries_total')
  await Promise.all(Array.from({ length: 20 }, () => gateway.ask('/agent/v1/x')))
  // On a slow machine its time is over meanwhile: then one request asks whether it is back.
  expect(gateway.metric('orrery_gateway_retries_total')).toBeLessThanOrEqual(before + 1)
})

test('a crash loop is a 503 at once, with Retry-After; other services go on', async () => {
  await using gateway = startTestGateway()
  const alive = gateway.addWorker(() => new Response('alive'))
  gateway.route({ agent: [], workflow: [alive] }, { agent: 'crash-loop' })
  const refused = await gateway.ask('/agent/v1/x')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[12]$/)])
  expect(await codeOf(refused)).toBe('GATEWAY_SERVICE_CRASHING')
  expect(await (await gateway.ask('/workflow/v1/x')).text()).toBe('alive')
})

test('a service that does not start in time is a 503 with Retry-After', async () => {
  await using gateway = startTestGateway({ workerWaitMsMax: 50 })
  gateway.route({ agent: [] })
  const refused = await gateway.ask('/agent/v1/x')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[12]$/)])
  expect(await codeOf(refused)).toBe('GATEWAY_SERVICE_STARTING')
})

test('credentials that cannot be checked are a 503, never a 401', async () => {
  await using gateway = startTestGateway()
  gateway.route({ tenant: [], agent: [] }, { tenant: 'crash-loop' })
  const refused = await gateway.ask('/agent/v1/x', { headers: { authorization: 'Bearer key:secret' } })
  expect([refused.status, await codeOf(refused)]).toEqual([503, 'GATEWAY_CREDENTIALS_UNCHECKED'])
})

test('without its supervisor the gateway lives, is not ready, says why, and has no metrics', async () => {
  await using gateway = startTestGateway()
  gateway.route({ agent: [] })
  const look = async (path: string) => {
    const response = await fetch(`${gateway.url}${path}`)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  expect(await look('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } })
  expect(await look('/health/ready')).toMatchObject({
    status: 503,
    body: { ready: false, reasons: [expect.stringContaining('supervisor')] },
  })
  expect(await look('/health')).toMatchObject({
    body: { status: 'unhealthy', services: { agent: { status: 'unknown' } } },
  })
  expect(await look('/metrics')).toMatchObject({ status: 503, body: { code: 'GATEWAY_SUPERVISOR_AWAY' } })
})

test('health and metrics of the supervisor are shown as it gives them, and nothing else of it', async () => {
  await using gateway = startTestGateway()
  const admin = Bun.serve({
    unix: gateway.adminPath,
    fetch: (request) => Response.json({ path: new URL(request.url).pathname }, { status: 207 }),
  })
  expect(existsSync(gateway.adminPath)).toBe(true)
  for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) {
    const response = await fetch(`${gateway.url}${path}`)
    expect([response.status, await response.json()]).toEqual([207, { path }])
  }
  expect((await gateway.ask('/health/../status')).status).toBe(404)
  await admin.stop(true)
})
