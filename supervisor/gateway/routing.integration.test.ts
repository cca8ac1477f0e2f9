import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startTestGateway } from './fixtures/test-gateway.ts'

type TestGateway = ReturnType<typeof startTestGateway>

/** Workers that say their name, one table row each. */
const namedWorkers = (gateway: TestGateway, count: number) =>
  Array.from({ length: count }, () => {
    const worker = gateway.addWorker(() => new Response(worker.id))
    return { id: worker.id, socketPath: worker.socketPath, startedAtMs: 0 }
  })

const textOf = async (gateway: TestGateway, path: string, headers: Record<string, string> = {}) =>
  (await gateway.ask(path, { headers })).text()

/** A request over its own socket: this process's `fetch` has no more than 256 under way. Gives the whole response. */
const askAlone = (gateway: TestGateway, path: string): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(gateway.gateway.port, '127.0.0.1')
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  socket.on('error', reject)
  socket.on('close', () => resolve(text))
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${gateway.asRoot.authorization}\r\nconnection: close\r\n\r\n`,
  )
  return promise
}

test('all requests about one run go to one worker, by path or header, and to another when it leaves', async () => {
  await using gateway = startTestGateway()
  const workers = namedWorkers(gateway, 3)
  gateway.route({ workflow: workers })
  const first = await textOf(gateway, '/api/runs/417/events')
  for (let round = 0; round < 15; round += 1) {
    expect(await textOf(gateway, '/api/runs/417')).toBe(first)
    expect(await textOf(gateway, '/workflow/v1/resume', { 'x-orrery-run-id': '417' })).toBe(first)
  }
  const others = new Set<string>()
  for (let run = 0; run < 40; run += 1) others.add(await textOf(gateway, `/api/runs/${run}`))
  expect(others.size).toBe(3)
  gateway.route({ workflow: workers.filter(({ id }) => id !== first) })
  expect(await textOf(gateway, '/api/runs/417')).not.toBe(first)
})

test('a release with a fifth of the weight gets a fifth of the requests', async () => {
  await using gateway = startTestGateway()
  const [blue, green] = namedWorkers(gateway, 2)
  if (!blue || !green) throw new Error('two workers')
  const shift = (version: number, weight: number) =>
    gateway.gateway.applyRoutes({
      type: 'routes',
      version,
      services: {
        agent: {
          state: 'up',
          workers: [
            { ...blue, weight: 1 - weight },
            { ...green, weight },
          ],
        },
      },
    })
  const greenOf = async (requests: number) => {
    const names = await Promise.all(Array.from({ length: requests }, () => textOf(gateway, '/agent/v1/x')))
    return names.filter((name) => name === green.id).length
  }
  shift(1, 0.2)
  const part = await greenOf(500)
  expect(part).toBeGreaterThan(55)
  expect(part).toBeLessThan(150)
  shift(2, 1)
  expect(await greenOf(50)).toBe(50)
})

test('five hundred requests that waited for a worker are all answered by the first that comes, never more than 256 at once', async () => {
  await using gateway = startTestGateway()
  gateway.route({ agent: [] })
  const asked = Array.from({ length: 500 }, (_, index) => askAlone(gateway, `/agent/v1/${index}`))
  await waitFor(() => gateway.metric('orrery_gateway_waiting_requests') === 500, { what: 'all of them to wait' })
  await waitFor(() => gateway.metric('orrery_gateway_oldest_wait_seconds') > 0, { what: 'the wait to be measured' })
  const youngMs = Date.now() + 60_000 // so that it stays young, however slow the test
  const atOnce = { now: 0, most: 0 }
  const worker = gateway.addWorker(async () => {
    atOnce.now += 1
    atOnce.most = Math.max(atOnce.most, atOnce.now)
    await waitFor(() => atOnce.most >= 200, { what: 'many requests at once' })
    atOnce.now -= 1
    return new Response('served')
  })
  gateway.gateway.applyRoutes({
    type: 'routes',
    version: 1_000,
    services: {
      agent: { state: 'up', workers: [{ id: worker.id, socketPath: worker.socketPath, startedAtMs: youngMs }] },
    },
  })
  for (const response of await Promise.all(asked)) expect(response).toEndWith('\r\n\r\nserved')
  expect(atOnce.most).toBeLessThanOrEqual(256)
  expect(gateway.metric('orrery_gateway_waiting_requests')).toBe(0)
  expect(gateway.metric('orrery_gateway_oldest_wait_seconds')).toBe(0)
})
