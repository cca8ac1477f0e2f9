import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownIdentity, type ProcessIdentity } from '#shared/lifecycle/process-identity.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import { createMetricsFold, type MetricsFold } from './metrics-fold.ts'
import type { CountingProcess } from './totals-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'fold-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** A process that counts; each is another one. It is dead for whoever looks for it, unless it is given as alive. */
const counting = (runs: number, process: ProcessIdentity = { pid: 1, startTime: crypto.randomUUID() }) => {
  const registry = createMetricsRegistry()
  registry.counter('runs_total', 'Runs.').add(runs)
  registry.gauge('in_flight', 'Now.').set(1)
  return { process, snapshot: registry.snapshot() }
}
const countOf = (snapshot: MetricsSnapshot, name: string) =>
  snapshot.families.find((family) => family.name === name)?.series[0]?.value
const runsOf = async (fold: MetricsFold, ...living: CountingProcess[]) =>
  countOf(await fold.total(living), 'runs_total')

test('what a dead process counted stays counted, its gauges do not', async () => {
  const fold = createMetricsFold()
  const dead = counting(5)
  fold.retire(dead.process, dead.snapshot)
  const total = await fold.total([counting(2)])
  expect(countOf(total, 'runs_total')).toBe(7)
  expect(countOf(total, 'in_flight')).toBe(1)
})

test('a counter that somebody has seen does not decrease when everything is killed and started again', async () => {
  const path = join(directory, 'totals.json')
  const before = createMetricsFold()
  await before.openAt(path)
  expect(await runsOf(before, counting(7))).toBe(7)

  const after = createMetricsFold() // nothing was retired: the process died with its supervisor
  await after.openAt(path)
  expect(await runsOf(after)).toBe(7)
  expect(await runsOf(after, counting(1))).toBe(8)
  expect(await runsOf(after, counting(3))).toBe(10)
})

test('a process that ends while its totals are already in the file is not counted twice', async () => {
  const path = join(directory, 'once.json')
  const fold = createMetricsFold()
  await fold.openAt(path)
  const { process } = counting(0)
  await fold.total([counting(7, process)])
  fold.retire(process, counting(9).snapshot)
  expect(await runsOf(fold)).toBe(9)
})

test('a process that outlives its supervisor is counted once by each of the next ones, before and after it reports', async () => {
  const path = join(directory, 'adopted.json')
  const alive = ownIdentity()
  const silent = { process: alive, snapshot: { families: [] } }
  const first = createMetricsFold()
  await first.openAt(path)
  expect(await runsOf(first, counting(7, alive), counting(1))).toBe(8)

  const second = createMetricsFold()
  await second.openAt(path)
  expect(await runsOf(second)).toBe(8)
  expect(await runsOf(second, silent)).toBe(8)

  const third = createMetricsFold() // the second one was killed before the process had reported to it
  await third.openAt(path)
  expect(await runsOf(third, counting(9, alive))).toBe(10)
  third.retire(alive, counting(11).snapshot)
  expect(await runsOf(third)).toBe(12)
})

test('a process that was to be adopted but ends without a word keeps what it had counted', async () => {
  const path = join(directory, 'wordless.json')
  const alive = ownIdentity()
  const first = createMetricsFold()
  await first.openAt(path)
  await first.total([counting(7, alive)])
  const second = createMetricsFold()
  await second.openAt(path)
  second.retire(alive, { families: [] })
  expect(await runsOf(second)).toBe(7)
})

test('a broken file counts as none', async () => {
  const path = join(directory, 'broken.json')
  writeFileSync(path, '{"retired": {"families": [{"name": 7}]}, "living": []}')
  const fold = createMetricsFold()
  await fold.openAt(path)
  expect((await fold.total([])).families).toEqual([])
})
