import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createMetricsFold } from './metrics-fold.ts'

const directory = mkdtempSync(join(tmpdir(), 'fold-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** A process that counts. */
const process = (runs: number) => {
  const registry = createMetricsRegistry()
  registry.counter('runs_total', 'Runs.').add(runs)
  registry.gauge('in_flight', 'Now.').set(1)
  return registry.snapshot()
}
const countOf = (snapshot: Awaited<ReturnType<ReturnType<typeof createMetricsFold>['total']>>, name: string) =>
  snapshot.families.find((family) => family.name === name)?.series[0]?.value

test('what a dead process counted stays counted, its gauges do not', async () => {
  const fold = createMetricsFold()
  fold.retire(process(5))
  const total = await fold.total([process(2)])
  expect(countOf(total, 'runs_total')).toBe(7)
  expect(countOf(total, 'in_flight')).toBe(1)
})

test('a counter that somebody has seen does not decrease when everything is killed and started again', async () => {
  const path = join(directory, 'totals.json')
  const before = createMetricsFold()
  await before.openAt(path)
  expect(countOf(await before.total([process(7)]), 'runs_total')).toBe(7)

  const after = createMetricsFold() // nothing was retired: the process died with its supervisor
  await after.openAt(path)
  expect(countOf(await after.total([]), 'runs_total')).toBe(7)
  expect(countOf(await after.total([process(1)]), 'runs_total')).toBe(8)
  expect(countOf(await after.total([process(3)]), 'runs_total')).toBe(10)
})

test('a process that ends while its totals are already in the file is not counted twice', async () => {
  const path = join(directory, 'once.json')
  const fold = createMetricsFold()
  await fold.openAt(path)
  await fold.total([process(7)])
  fold.retire(process(9))
  expect(countOf(await fold.total([]), 'runs_total')).toBe(9)
})

test('a broken file counts as none', async () => {
  const path = join(directory, 'broken.json')
  writeFileSync(path, '{"families": [{"name": 7}]}')
  const fold = createMetricsFold()
  await fold.openAt(path)
  expect((await fold.total([])).families).toEqual([])
})
