/** kill -9 of a worker in the middle of a run, of the supervisor, of PostgreSQL and of the gateway: nothing acknowledged is missing. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { askFlow, asStarter, getRun, type Orrery, readChunks, shownText, workerPid } from './flow-stream.ts'

/** Slow enough that a run is in its middle when its worker dies. */
const SLOW = { ORRERY_REHEARSAL_TOKEN_MS: '40' }
const CHUNKS_BEFORE_KILL = 4

let orrery: Orrery
let wholeAnswer: string

beforeAll(async () => {
  orrery = await startOrrery({ env: SLOW })
  wholeAnswer = shownText(await (await askFlow(orrery)).text()).join('')
  expect(wholeAnswer.length).toBeGreaterThan(40)
}, 120_000)
afterAll(() => orrery?.stop())

const completed = (runId: string) =>
  waitFor(async () => ((await getRun(orrery, runId))?.state === 'completed' ? getRun(orrery, runId) : undefined), {
    what: `run ${runId} to complete`,
    timeoutMs: 45_000,
  })

const beginRun = async () => {
  const response = await askFlow(orrery)
  const runId = response.headers.get('x-orrery-run-id') ?? ''
  await readChunks(response, CHUNKS_BEFORE_KILL)
  return runId
}

test('a run whose worker is killed in the middle of the answer is finished by another worker, word for word', async () => {
  const runId = await beginRun()
  const pid = await workerPid(orrery, 'workflow')
  process.kill(pid, 'SIGKILL')
  expect((await completed(runId)).result.content).toBe(wholeAnswer)
  expect(await workerPid(orrery, 'workflow')).not.toBe(pid)
}, 120_000)

test('a run survives three workers', async () => {
  const runId = await beginRun()
  for (let kill = 0; kill < 3; kill += 1) {
    const pid = await waitFor(() => workerPid(orrery, 'workflow'), { what: 'a workflow worker' })
    process.kill(pid, 'SIGKILL')
    await waitFor(async () => ![0, pid].includes(await workerPid(orrery, 'workflow')), { what: 'the next worker' })
  }
  expect((await completed(runId)).result.content).toBe(wholeAnswer)
}, 120_000)

test('a run goes on when PostgreSQL is killed under it', async () => {
  const runId = await beginRun()
  const [postgres] = (await orrery.status()).backends
  process.kill(postgres?.pid ?? 0, 'SIGKILL')
  expect((await completed(runId)).result.content).toBe(wholeAnswer)
}, 120_000)

test('the gateway is back after its death', async () => {
  const [gateway] = (await orrery.status()).gateways
  process.kill(gateway?.pid ?? 0, 'SIGKILL')
  const ready = () =>
    fetch(`${orrery.url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    )
  expect(await waitFor(ready, { what: 'the gateway to answer' })).toBe(true)
}, 120_000)

test('what was acknowledged before the supervisor was killed is there after the next start', async () => {
  const send = (path: string, body: object) =>
    fetch(`${orrery.url}${path}`, { method: 'POST', headers: asStarter(orrery), body: JSON.stringify(body) })
  expect((await send('/api/apps', { appId: 'kept', name: 'Kept' })).status).toBe(201)
  expect((await send('/api/bases', { id: 'kept', name: 'Kept' })).status).toBe(201)
  const runId = await beginRun()

  const { dataDirectory, rootKey } = orrery
  await orrery.kill9()
  orrery = await startOrrery({ env: SLOW, dataDirectory })
  expect(orrery.rootKey).toBe(rootKey)
  const get = async (path: string) => (await fetch(`${orrery.url}${path}`, { headers: asStarter(orrery) })).status
  expect([await get('/api/apps/kept'), await get('/api/bases/kept')]).toEqual([200, 200])
  expect((await completed(runId)).result.content).toBe(wholeAnswer)
}, 120_000)
