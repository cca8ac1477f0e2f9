/** The whole system while its supervisor is killed again and again: clients see nothing of it, counters only rise, runs have one owner at a time. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { allGone } from './fixture-orrery.ts'
import { askFlow, asStarter, getRun, type Orrery, readChunks, shownText, workerPid } from './flow-stream.ts'

const KILLS = Number(process.env.ADOPTION_KILLS ?? 10)
/** A run takes a few seconds, longer than a supervisor needs to come back. */
const SLOW = { ORRERY_REHEARSAL_TOKEN_MS: '60' }
const PAUSE_MS = 20

let orrery: Orrery
let wholeAnswer: string
beforeAll(async () => {
  orrery = await startOrrery({ env: SLOW })
  wholeAnswer = shownText(await (await askFlow(orrery)).text()).join('')
}, 120_000)
afterAll(() => orrery?.stop())

const kill9 = async () => {
  await orrery.kill9()
  const { dataDirectory } = orrery
  return () => startOrrery({ env: SLOW, dataDirectory })
}
const pidsOf = async () => {
  const { gateways, pools } = await orrery.status()
  return [...gateways, ...pools.flatMap((pool) => pool.workers)].map(({ pid }) => pid)
}

/** Clients of several services, until `stop`, which tells what each of them saw that it should not have. */
const load = () => {
  const { url } = orrery
  const headers = asStarter(orrery)
  const failures: string[] = []
  let stopped = false
  let asked = 0
  let streamed = 0
  const ask = async (path: string) => {
    while (!stopped) {
      const status = await fetch(`${url}${path}`, { headers }).then(
        async (response) => (await response.text()) && response.status,
        String,
      )
      if (status !== 200) failures.push(`${path}: ${status}`)
      asked += 1
      await Bun.sleep(PAUSE_MS)
    }
  }
  const stream = async () => {
    while (!stopped) {
      const text = await askFlow(orrery)
        .then((response) => response.text())
        .catch(String)
      if (shownText(text).join('') !== wholeAnswer) failures.push(`a stream: ${text.slice(-300)}`)
      streamed += 1
    }
  }
  const clients = [ask('/api/runs'), ask('/api/apps/starter'), ask('/v1/models'), stream(), stream()]
  return async () => {
    stopped = true
    await Promise.all(clients)
    return { failures, asked, streamed }
  }
}

/** Every counter of the exposition, by its name and labels. */
const countersOf = async (): Promise<Map<string, number>> => {
  const text = await (await fetch(`${orrery.url}/metrics`)).text()
  return new Map(
    [...text.matchAll(/^(\S+_(?:total|count)(?:\{.*\})?) (\S+)$/gm)].map(([, name = '', value]) => [
      name,
      Number(value),
    ]),
  )
}

test(`${KILLS} supervisors are killed: every request is answered, every stream is whole, the pids stay, no counter falls`, async () => {
  const pids = await pidsOf()
  const stop = load()
  let counters = await countersOf()
  expect(counters.size).toBeGreaterThan(10)
  for (let kill = 0; kill < KILLS; kill += 1) {
    const restart = await kill9()
    await Bun.sleep(Math.random() * 500) // the kills must not fall into step with the streams
    orrery = await restart()
    expect(await pidsOf()).toEqual(pids)
    const later = await countersOf()
    for (const [name, value] of counters) expect(later.get(name) ?? 0, name).toBeGreaterThanOrEqual(value)
    counters = later
  }
  const { failures, asked, streamed } = await stop()
  expect(failures).toEqual([])
  expect(asked).toBeGreaterThan(KILLS)
  expect(streamed).toBeGreaterThan(1)
}, 300_000)

test('what an adopted process counted is counted once', async () => {
  const restart = await kill9()
  orrery = await restart()
  const name = [...(await countersOf()).keys()].find((key) => /requests_total.*tenant/.test(key)) ?? ''
  const before = (await countersOf()).get(name) ?? 0
  await fetch(`${orrery.url}/api/apps/starter`, { headers: asStarter(orrery) })
  await waitFor(async () => ((await countersOf()).get(name) ?? 0) > before, { what: `${name} to count` })
  const again = await kill9()
  orrery = await again()
  expect((await countersOf()).get(name)).toBe(before + 1)
}, 120_000)

const completed = (runId: string) =>
  waitFor(async () => ((await getRun(orrery, runId))?.state === 'completed' ? getRun(orrery, runId) : undefined), {
    what: `run ${runId} to complete`,
    timeoutMs: 45_000,
  })

const beginRun = async () => {
  const response = await askFlow(orrery)
  await readChunks(response, 2)
  return response.headers.get('x-orrery-run-id') ?? ''
}

test('an adopted worker that is killed in the middle of a run is replaced, and the run is finished by its successor', async () => {
  const restart = await kill9()
  orrery = await restart()
  const runId = await beginRun()
  const pid = await workerPid(orrery, 'workflow')
  process.kill(pid, 'SIGKILL')
  expect((await completed(runId))?.result.content).toBe(wholeAnswer)
  expect(await workerPid(orrery, 'workflow')).not.toBe(pid)
}, 120_000)

test('a run whose worker dies while there is no supervisor is finished after the next start', async () => {
  const runId = await beginRun()
  const pid = await workerPid(orrery, 'workflow')
  const restart = await kill9()
  process.kill(pid, 'SIGKILL')
  orrery = await restart()
  expect((await completed(runId))?.result.content).toBe(wholeAnswer)
}, 120_000)

test('the last of these supervisors stops all of it with code 0', async () => {
  const pids = await pidsOf()
  expect(await orrery.stop()).toBe(0)
  await allGone(pids)
}, 120_000)
