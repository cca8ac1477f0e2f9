import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#shared/testing/free-port.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startGatewayProcess } from './fixtures/gateway-process.ts'
import { ROOT_KEY } from './fixtures/test-gateway.ts'

/** More than the 256 requests that Bun's fetch has open at most unless told otherwise. */
const STREAMS = 300

const authorization = `Bearer ${ROOT_KEY}`
const routesTo = (socketPath: string) => ({
  type: 'routes' as const,
  version: 1,
  services: { agent: { state: 'up' as const, workers: [{ id: 'agent/0.1', socketPath, startedAtMs: 0 }] } },
})

/** A worker whose streams stay open until `release`. */
const startWorker = () => {
  const directory = mkdtempSync(join(tmpdir(), 'gw-'))
  const socketPath = join(directory, 'worker.sock')
  const hold = Promise.withResolvers<void>()
  const server = Bun.serve({
    unix: socketPath,
    development: false,
    fetch(request) {
      if (!request.url.endsWith('/stream')) return new Response('quick')
      let sent = false
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (sent) {
            await hold.promise
            return controller.close()
          }
          sent = true
          controller.enqueue(new TextEncoder().encode('data: first\n\n'))
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  return {
    socketPath,
    release: hold.resolve,
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Opens a stream and resolves with its response at the first event. node:http, because Bun's fetch has the limit in question itself. */
const openStream = (url: string, agent: Agent) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const request = get(`${url}/agent/v1/stream`, { agent, headers: { authorization } }, (response) => {
      response.once('data', () => resolve(response))
    })
    request.on('error', reject)
  })

test(`${STREAMS} open streams do not stall another request, and a drain lets them finish`, async () => {
  await using worker = startWorker()
  await using gateway = await startGatewayProcess({ port: freePort() })
  await gateway.ready()
  gateway.send(routesTo(worker.socketPath))
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
  const streams = await Promise.all(Array.from({ length: STREAMS }, () => openStream(gateway.url, agent)))

  const quick = await fetch(`${gateway.url}/agent/v1/quick`, {
    headers: { authorization },
    signal: AbortSignal.timeout(5_000),
  })
  expect(await quick.text()).toBe('quick')
  const counted = () => gateway.received.some((message) => message.type === 'heartbeat' && message.streams === STREAMS)
  await waitFor(counted, { what: 'a heartbeat with all streams' })

  gateway.send({ type: 'drain', msMax: 20_000 })
  await waitFor(async () => !(await accepts(gateway.url)), { what: 'the port to be closed' })
  const ends = streams.map(
    (stream) => new Promise((resolve) => stream.once('end', () => resolve('end')).once('error', resolve)),
  )
  worker.release()
  expect(new Set(await Promise.all(ends))).toEqual(new Set(['end']))
  expect(await gateway.exited).toBe(0)
  expect(gateway.received.at(-1)).toEqual({ type: 'bye' })
  agent.destroy()
}, 120_000)

test('a drain cuts what does not finish in time', async () => {
  await using worker = startWorker()
  await using gateway = await startGatewayProcess({ port: freePort() })
  await gateway.ready()
  gateway.send(routesTo(worker.socketPath))
  const agent = new Agent()
  await openStream(gateway.url, agent)
  gateway.send({ type: 'drain', msMax: 100 })
  expect(await gateway.exited).toBe(0)
  agent.destroy()
}, 120_000)

test('a change of keys is told to the supervisor at once, and one that it tells of ends what was remembered', async () => {
  let isRevoked = false
  const directory = mkdtempSync(join(tmpdir(), 'gw-'))
  const socketPath = join(directory, 'worker.sock')
  const server = Bun.serve({
    unix: socketPath,
    development: false,
    fetch: ({ url }) =>
      Response.json(url.endsWith('/verify') ? (isRevoked ? { valid: false } : { valid: true, appId: 'mine' }) : {}),
  })
  await using gateway = await startGatewayProcess({ port: freePort() })
  await gateway.ready()
  const workers = [{ id: 'platform/0.1', socketPath, startedAtMs: 0 }]
  const services = { agent: { state: 'up', workers }, tenant: { state: 'up', workers } } as const
  gateway.send({ type: 'routes', version: 1, services } as unknown as ReturnType<typeof routesTo>)
  const changesTold = () =>
    gateway.received.findLast((message) => message.type === 'heartbeat' && message.callerChanges !== undefined)
  const statusOf = async () =>
    (await fetch(`${gateway.url}/api/agents`, { headers: { authorization: 'Bearer k:s' } })).status
  await waitFor(async () => (await statusOf()) === 200, { what: 'the routes to be known' })

  await fetch(`${gateway.url}/api/apps/mine`, { method: 'PATCH', headers: { authorization }, body: '{}' })
  await waitFor(
    () => Object.entries(changesTold() ?? {}).some(([name, value]) => name === 'callerChanges' && value === 1),
    {
      what: 'a heartbeat that tells the change',
    },
  )
  expect(await statusOf()).toBe(200)
  isRevoked = true
  expect(await statusOf()).toBe(200)
  gateway.send({ type: 'forget-callers' })
  await waitFor(async () => (await statusOf()) === 401, { what: 'the key to be refused', timeoutMs: 3_000 })
  await server.stop(true)
  rmSync(directory, { recursive: true, force: true })
}, 120_000)

test('a taken main port ends the start with code 75 and names the holder', async () => {
  const holder = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  await using gateway = await startGatewayProcess({ port: holder.port })
  expect(await gateway.exited).toBe(75)
  await waitFor(() => gateway.output().includes(String(process.pid)), { what: 'the holder on stderr' })
  expect(gateway.output()).toContain(`Port ${holder.port}`)
  holder.stop(true)
}, 120_000)

test('without the raised limit of open requests the gateway does not start', async () => {
  await using gateway = await startGatewayProcess({ port: freePort(), env: { BUN_CONFIG_MAX_HTTP_REQUESTS: '' } })
  expect(await gateway.exited).toBe(78)
  await waitFor(() => gateway.output().includes('BUN_CONFIG_MAX_HTTP_REQUESTS'), { what: 'the reason on stderr' })
}, 120_000)

const accepts = (url: string): Promise<boolean> =>
  fetch(`${url}/health/live`, { keepalive: false }).then(
    () => true,
    () => false,
  )
