/** A changed configuration reaches exactly those whom it concerns, and nobody who asks for something notices. */
import { afterEach, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { loadFixture } from '../test/fixture-load.ts'
import { cleanUp, isRunning } from '../test/fixture-orrery.ts'
import { NOBODY, startReloaded } from '../test/fixture-reload.ts'

afterEach(cleanUp)

const EVERYTHING = '["agent", "workflow", "knowledge", "tenant", "link", "console"]'
const pool = (name: string, services: string, rest = '') => `[pools.${name}]\nservices = ${services}\n${rest}\n`
const requestFailures = (failures: string[]) => failures.filter((failure) => failure.startsWith('request'))

test('a reload without a difference changes no process', async () => {
  const orrery = await startReloaded()
  const before = [await orrery.workerPids(), await orrery.gatewayPid()]
  orrery.kill('SIGHUP')
  expect(await orrery.reload()).toMatchObject({ result: 'unchanged', problems: [] })
  expect([await orrery.workerPids(), await orrery.gatewayPid()]).toEqual(before)
  expect((await orrery.facts()).ready.ready).toBe(true)
}, 120_000)

test('an invalid configuration changes no process, and is shown until a reload goes well', async () => {
  const orrery = await startReloaded()
  const before = [await orrery.workerPids(), await orrery.gatewayPid()]
  orrery.configure('rehearsal_token_ms = "soon"\ncolour = "blue"')
  orrery.kill('SIGHUP')
  await waitFor(async () => (await orrery.facts()).troubles.length > 0, { what: 'the trouble' })
  const { troubles, ready } = await orrery.facts()
  expect(troubles.join()).toContain('colour')
  expect(troubles.join()).toContain('ORRERY_REHEARSAL_TOKEN_MS')
  expect(ready.ready).toBe(true)
  expect(await orrery.reload()).toMatchObject({ result: 'invalid' })
  expect([await orrery.workerPids(), await orrery.gatewayPid()]).toEqual(before)
  orrery.configure('')
  expect(await orrery.reload()).toMatchObject({ result: 'unchanged' })
  expect((await orrery.facts()).troubles).toEqual([])
}, 120_000)

test('what only a new start can change is refused whole, with all that was asked beside it', async () => {
  const orrery = await startReloaded()
  const before = await orrery.workerPids()
  orrery.configure(`instance_key = "${'ab'.repeat(32)}"\nrehearsal_token_ms = 9`)
  const outcome = await orrery.reload()
  expect(outcome).toMatchObject({ result: 'refused', plan: { refused: [expect.stringContaining('INSTANCE_KEY')] } })
  expect(JSON.stringify(outcome)).not.toContain('abab')
  expect(await orrery.workerPids()).toEqual(before)
  expect((await orrery.facts()).troubles.join()).toContain('ORRERY_INSTANCE_KEY')
}, 120_000)

test('a pool grows and shrinks with the configuration, and its first worker stays', async () => {
  const orrery = await startReloaded(pool('all', EVERYTHING))
  const [first] = (await orrery.workerPids()).all ?? []
  orrery.configure(pool('all', EVERYTHING, 'min = 3'))
  expect(await orrery.reload()).toMatchObject({ result: 'applied', plan: { rolling: [], gateway: [] } })
  await waitFor(async () => (await orrery.facts()).pools[0]?.workers.every(({ state }) => state === 'ready'), {
    what: 'three ready workers',
  })
  const three = (await orrery.workerPids()).all ?? []
  expect(three).toHaveLength(3)
  expect(three[0]).toBe(first ?? 0)
  orrery.configure(pool('all', EVERYTHING))
  await orrery.reload()
  expect((await orrery.workerPids()).all).toEqual([first ?? 0])
  await waitFor(() => !three.slice(1).some(isRunning), { what: 'the others to go' })
}, 120_000)

test('a setting of workers replaces the workers that use it and no request fails; the gateway and other pools stay', async () => {
  const pools =
    pool('front', '["agent", "workflow"]', 'min = 2') + pool('back', '["knowledge", "tenant", "link", "console"]')
  const orrery = await startReloaded(pools)
  const [before, gateway] = [await orrery.workerPids(), await orrery.gatewayPid()]
  const load = loadFixture(orrery)
  orrery.configure(`rehearsal_token_ms = 9\n${pools}`)
  expect(await orrery.reload()).toMatchObject({ result: 'applied', plan: { rolling: [{ pool: 'front' }] } })
  expect((await orrery.askWorker()).body.tokenMs).toBe(9)
  const { failures, requests } = await load.stop()
  expect(requestFailures(failures)).toEqual([])
  expect(requests).toBeGreaterThan(20)
  const after = await orrery.workerPids()
  expect(after.back).toEqual(before.back ?? [])
  expect(after.front?.filter((pid) => before.front?.includes(pid))).toEqual([])
  expect(await orrery.gatewayPid()).toBe(gateway)
  expect((await orrery.facts()).deaths).toEqual([])
}, 120_000)

test('another address replaces the gateway; the workers stay', async () => {
  const orrery = await startReloaded('host = "127.0.0.1"')
  const [before, gateway] = [await orrery.workerPids(), await orrery.gatewayPid()]
  const load = loadFixture(orrery)
  orrery.configure('host = "0.0.0.0"')
  expect(await orrery.reload()).toMatchObject({ result: 'applied', problems: [], plan: { rolling: [] } })
  // Another address is another socket: connections that wait in the old one when it closes are reset, now and then one or two.
  const { requests } = await load.stop()
  expect(requests).toBeGreaterThan(20)
  expect(await orrery.workerPids()).toEqual(before)
  expect(await orrery.gatewayPid()).not.toBe(gateway)
  expect((await fetch(`http://127.0.0.3:${orrery.port}/health/live`)).status).toBe(200) // only 0.0.0.0 has it
}, 120_000)

test('pools come, go and change their services while no request fails', async () => {
  const orrery = await startReloaded(pool('all', EVERYTHING))
  const [old] = (await orrery.workerPids()).all ?? []
  const load = loadFixture(orrery)
  orrery.configure(
    pool('all', '["workflow", "knowledge"]') +
      pool('agent', '["agent"]') +
      pool('rest', '["tenant", "link", "console"]'),
  )
  expect(await orrery.reload()).toMatchObject({ result: 'applied', plan: { added: ['agent', 'rest'] } })
  expect(Object.keys(await orrery.workerPids()).toSorted()).toEqual(['agent', 'all', 'rest'])
  expect((await orrery.askWorker()).body.services).toEqual(['agent'])
  orrery.configure(pool('one', EVERYTHING))
  expect(await orrery.reload()).toMatchObject({ result: 'applied', plan: { added: ['one'] } })
  expect(Object.keys(await orrery.workerPids())).toEqual(['one'])
  const { failures } = await load.stop()
  expect(requestFailures(failures)).toEqual([])
  await waitFor(() => !isRunning(old ?? 0), { what: 'the first worker to go' })
  expect((await orrery.facts()).deaths).toEqual([])
}, 120_000)

test('many asked for at once end with what the file says last', async () => {
  const orrery = await startReloaded('rehearsal_token_ms = 1')
  orrery.configure('rehearsal_token_ms = 2')
  orrery.kill('SIGHUP')
  orrery.kill('SIGHUP')
  const first = orrery.reload()
  await Bun.sleep(200)
  orrery.configure('rehearsal_token_ms = 3')
  orrery.kill('SIGHUP')
  await Promise.all([first, orrery.reload()])
  await orrery.reload()
  expect((await orrery.askWorker()).body.tokenMs).toBe(3)
  const { pools, deaths } = await orrery.facts()
  expect(pools[0]?.workers[0]?.generation).toBeLessThanOrEqual(3)
  expect(deaths).toEqual([])
}, 120_000)

test('a supervisor that is killed during a reload is followed by one that ends where the file says', async () => {
  const toml = (tokenMs: number) => `rehearsal_token_ms = ${tokenMs}\n${pool('all', EVERYTHING, 'min = 2')}`
  const orrery = await startReloaded(toml(1))
  const before = (await orrery.workerPids()).all ?? []
  const load = loadFixture(orrery)
  orrery.configure(toml(2))
  orrery.kill('SIGHUP')
  await waitFor(async () => (await orrery.facts()).snapshots.length > 4, { what: 'a second worker beside the first' })
  orrery.kill('SIGKILL')
  await orrery.exited
  const next = await startReloaded('', { dataDirectory: orrery.dataDirectory, port: orrery.port })
  await waitFor(() => !before.some(isRunning), { what: 'the old workers to go', timeoutMs: 45_000 })
  await waitFor(async () => (await next.facts()).pools[0]?.workers.every(({ state }) => state === 'ready'), {
    what: 'all',
  })
  for (let asked = 0; asked < 8; asked += 1) expect((await next.askWorker()).body.tokenMs).toBe(2)
  expect(requestFailures((await load.stop()).failures)).toEqual([])
}, 120_000)

test('a drained pool gets nothing until it is scaled, keeps its processes, and says so', async () => {
  const orrery = await startReloaded(pool('all', EVERYTHING, 'min = 1\nmax = 2'))
  const before = await orrery.workerPids()
  expect(await orrery.client.drainPool('all', NOBODY)).toEqual({ left: 0 })
  expect((await orrery.facts()).troubles.join()).toContain('the pool all is drained')
  const asked = orrery.askWorker()
  expect(await Promise.race([asked.then(() => 'answered'), Bun.sleep(300).then(() => 'waiting')])).toBe('waiting')
  expect(await orrery.client.scalePool('all', 2, NOBODY)).toEqual({ count: 2, ready: 2 })
  expect((await asked).status).toBe(200)
  const after = await orrery.workerPids()
  expect(after.all).toHaveLength(2)
  expect(after.all?.[0]).toBe(before.all?.[0] ?? 0)
  await expect(orrery.client.scalePool('all', 3, NOBODY)).rejects.toMatchObject({
    code: 'SUPERVISOR_SIZE_OUT_OF_RANGE',
  })
  await expect(orrery.client.drainPool('al', NOBODY)).rejects.toMatchObject({
    code: 'SUPERVISOR_POOL_UNKNOWN',
    remedy: 'There are all.',
  })
}, 120_000)
