import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { waitFor } from '#shared/testing/wait-for.ts'
import { FAULTS, type Fault, startFaultyWorker } from './fixtures/faulty-worker.ts'
import { startTestGateway } from './fixtures/test-gateway.ts'

const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code

/** What a client sees: status and body, or that the body broke off. */
const see = async (response: Response) => {
  try {
    return [response.status, await response.text()]
  } catch {
    return [response.status, 'broken off']
  }
}

/** A gateway with one worker that goes wrong. `join` puts a good worker beside it. */
const startWith = async (fault: Fault) => {
  const gateway = startTestGateway()
  const faulty = await startFaultyWorker(gateway.directory, 'faulty', fault)
  const answered: string[] = []
  const good = gateway.addWorker((request) => {
    answered.push(`${request.method} ${new URL(request.url).pathname}`)
    return new Response('good')
  })
  gateway.route({ agent: [faulty] })
  return {
    ...{ gateway, faulty, answered },
    join: () => gateway.route({ agent: [faulty, good] }),
    async [Symbol.asyncDispose]() {
      await faulty[Symbol.asyncDispose]()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

describe('no byte of a response: what may be repeated is answered by another worker, anything else is a 502 and was sent once', () => {
  test.each([
    ['the connection closes', FAULTS.closes],
    ['half of a response head', FAULTS.halfHead],
    ['something that is no HTTP', FAULTS.noHttp],
  ])('%s', async (_name, fault) => {
    await using tested = await startWith(fault)
    const { gateway, faulty, answered } = tested
    const posted = await gateway.ask('/agent/v1/post', { method: 'POST', body: 'once' })
    expect([posted.status, await codeOf(posted)]).toEqual([502, 'GATEWAY_WORKER_LOST'])
    expect(faulty.seen).toEqual(['POST /agent/v1/post'])

    tested.join()
    for (let round = 0; round < 12; round += 1) {
      expect(await see(await gateway.ask(`/agent/v1/get-${round}`))).toEqual([200, 'good'])
    }
    expect(new Set(faulty.seen).size).toBe(faulty.seen.length)
    expect(new Set(answered).size).toBe(12)
  })
})

describe('after the first byte: the client sees that the response broke off, and no worker is asked again', () => {
  test.each([
    ['half of a body', FAULTS.halfBody, undefined],
    ['half of a chunk', FAULTS.halfChunk, undefined],
    ['a reset within the body', FAULTS.resetBody, 'x'.repeat(1_000_000)],
  ])('%s', async (_name, fault, body) => {
    await using tested = await startWith(fault)
    const { gateway, faulty, answered } = tested
    const init = body === undefined ? {} : { method: 'PUT', body }
    expect(await see(await gateway.ask('/agent/v1/x', init))).toEqual([200, 'broken off'])
    expect(faulty.seen).toHaveLength(1)
    expect(answered).toEqual([])
    expect(gateway.metric('orrery_gateway_retries_total')).toBe(0)
  })
})

test('a worker that refuses connections costs nobody anything, whatever the method, and is left alone', async () => {
  await using gateway = startTestGateway()
  const gone = { id: 'gone', socketPath: join(gateway.directory, 'gone.sock') }
  const good = gateway.addWorker(async (request) => new Response(`${request.method} ${await request.text()}`))
  gateway.route({ agent: [gone, good] })
  const methods = ['POST', 'PUT', 'PATCH', 'DELETE']
  for (let round = 0; round < 40; round += 1) {
    const method = methods[round % methods.length] ?? 'POST'
    const response = await gateway.ask('/agent/v1/x', { method, body: `${round}` })
    expect(await see(response)).toEqual([200, `${method} ${round}`])
  }
  expect(gateway.metric('orrery_gateway_ejected_workers')).toBe(1)
  expect(gateway.metric('orrery_gateway_panic')).toBe(0)
})

test('a worker that takes requests and never answers keeps them to itself: none is sent twice, none blames it when its client leaves', async () => {
  await using tested = await startWith(FAULTS.silent)
  const { gateway, faulty, answered } = tested
  for (let round = 0; round < 8; round += 1) {
    const leaving = new AbortController()
    const asked = gateway.ask(`/agent/v1/${round}`, { signal: leaving.signal }).catch(() => 'left')
    await waitFor(() => faulty.seen.length === round + 1, { what: 'the request to arrive' })
    leaving.abort()
    expect(await asked).toBe('left')
  }
  expect(new Set(faulty.seen).size).toBe(8)
  expect(answered).toEqual([])
  expect(gateway.metric('orrery_gateway_ejected_workers')).toBe(0)
})

test('a worker that answers 500 is neither ejected nor cut off, and each request reaches it once', async () => {
  await using tested = await startWith(FAULTS.fails)
  const { gateway, faulty } = tested
  for (let round = 0; round < 60; round += 1) {
    expect(await see(await gateway.ask(`/agent/v1/${round}`))).toEqual([500, 'nope!'])
  }
  expect(faulty.seen).toEqual(Array.from({ length: 60 }, (_, round) => `GET /agent/v1/${round}`))
  for (const name of ['ejected_workers', 'panic', 'circuit_open', 'retries_total']) {
    expect(gateway.metric(`orrery_gateway_${name}`)).toBe(0)
  }
})

test('a worker that listens late gets the requests that came before it, each once', async () => {
  await using gateway = startTestGateway()
  const late = { id: 'late', socketPath: join(gateway.directory, 'late.sock') }
  gateway.route({ agent: [late] })
  const asked = Array.from({ length: 20 }, (_, index) =>
    gateway.ask(`/agent/v1/${index}`, { method: 'POST', body: 'x' }),
  )
  await waitFor(() => gateway.metric('orrery_gateway_retries_total') >= 20, {
    what: 'the first attempts to be refused',
  })
  const seen: string[] = []
  const server = Bun.serve({
    unix: late.socketPath,
    fetch(request) {
      seen.push(new URL(request.url).pathname)
      return new Response('late')
    },
  })
  for (const response of await Promise.all(asked)) expect(await see(response)).toEqual([200, 'late'])
  expect(seen).toHaveLength(20)
  expect(new Set(seen).size).toBe(20)
  await server.stop(true)
})

test('kill -9 with a hundred requests in flight: all that may be repeated are answered, and no POST is done twice', async () => {
  await using gateway = startTestGateway()
  const dying = { id: 'dying', socketPath: join(gateway.directory, 'dying.sock') }
  const seenPath = join(gateway.directory, 'seen')
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  const script = join(import.meta.dir, 'fixtures', 'holding-worker.ts')
  await using child = Bun.spawn([process.execPath, script, dying.socketPath, seenPath], { ipc: () => resolve() })
  await ready
  const answered: string[] = []
  const good = gateway.addWorker((request) => {
    answered.push(`${request.method} ${new URL(request.url).pathname}`)
    return new Response('good')
  })
  gateway.route({ agent: [dying] })
  const gets = Array.from({ length: 100 }, (_, index) => gateway.ask(`/agent/v1/get-${index}`))
  const posts = Array.from({ length: 10 }, (_, index) =>
    gateway.ask(`/agent/v1/post-${index}`, { method: 'POST', body: 'once' }),
  )
  const linesSeen = async () =>
    (
      await Bun.file(seenPath)
        .text()
        .catch(() => '')
    )
      .split('\n')
      .filter(Boolean)
  await waitFor(async () => (await linesSeen()).length === 110, { what: 'all requests to be in flight' })
  gateway.route({ agent: [dying, good] })
  child.kill('SIGKILL')

  for (const response of await Promise.all(gets)) expect(await see(response)).toEqual([200, 'good'])
  for (const response of await Promise.all(posts)) {
    expect([response.status, await codeOf(response)]).toEqual([502, 'GATEWAY_WORKER_LOST'])
  }
  expect(answered.filter((line) => line.startsWith('POST'))).toEqual([])
  expect(new Set(answered).size).toBe(answered.length)
  const postsSeen = (await linesSeen()).filter((line) => line.startsWith('POST'))
  expect(new Set(postsSeen).size).toBe(postsSeen.length)
})

test('while all workers fail, a request costs them 1.2 attempts at most, and soon none at all', async () => {
  await using gateway = startTestGateway()
  await using first = await startFaultyWorker(gateway.directory, 'first', FAULTS.closes)
  await using second = await startFaultyWorker(gateway.directory, 'second', FAULTS.closes)
  gateway.route({ agent: [first, second] })
  const codes = new Map<string | undefined, number>()
  let requests = 0
  const ask = async () => {
    requests += 1
    const response = await gateway.ask('/agent/v1/x')
    const code = await codeOf(response)
    codes.set(code, (codes.get(code) ?? 0) + 1)
    return response
  }
  let refused: Response | undefined
  await waitFor(
    async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, ask))
      refused = answers.find(({ status }) => status === 503)
      return refused !== undefined
    },
    { what: 'the circuit to open', timeoutMs: 45_000 },
  )
  expect(requests).toBeGreaterThanOrEqual(100)
  expect((first.seen.length + second.seen.length) / requests).toBeLessThanOrEqual(1.2)
  expect([...codes.keys()].sort()).toEqual(['GATEWAY_CIRCUIT_OPEN', 'GATEWAY_WORKER_LOST'])
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(gateway.metric('orrery_gateway_circuit_open')).toBe(1)

  const good = gateway.addWorker(() => new Response('good'))
  gateway.route({ agent: [good] })
  expect(await see(await gateway.ask('/agent/v1/x'))).toEqual([200, 'good'])
})
