import { afterEach, expect, test } from 'bun:test'
import { appendFileSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createLogBounds } from './log-bounds.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const BYTES_MAX = 20_000

const setUp = () => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-logs-'))
  closers.push(() => rmSync(directory, { recursive: true, force: true }))
  const metrics = createMetricsRegistry()
  const bounds = createLogBounds({ directory, metrics, logger: silentLogger, bytesMax: BYTES_MAX })
  const dropped = () =>
    metrics
      .snapshot()
      .families.find(({ name }) => name === 'orrery_log_bytes_dropped_total')
      ?.series.map(({ labels, value }) => [labels.log, value])
  return { directory, bounds, dropped }
}

test('a short log is left alone, a long one is set aside whole and starts anew', async () => {
  const { directory, bounds, dropped } = setUp()
  const path = join(directory, 'agent.log')
  appendFileSync(path, 'short\n')
  await bounds.look()
  expect(readFileSync(path, 'utf8')).toBe('short\n')
  expect(existsSync(`${path}.1`)).toBe(false)

  appendFileSync(path, 'x'.repeat(BYTES_MAX))
  await bounds.look()
  expect(statSync(path).size).toBe(0)
  expect(readFileSync(`${path}.1`, 'utf8')).toBe(`short\n${'x'.repeat(BYTES_MAX)}`)
  expect(dropped()).toEqual([['agent', 0]])
})

test('what is lost is the oldest, and it is counted', async () => {
  const { directory, bounds, dropped } = setUp()
  const path = join(directory, 'agent.log')
  for (const letter of ['a', 'b', 'c']) {
    appendFileSync(path, letter.repeat(BYTES_MAX + 1))
    await bounds.look()
  }
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('c'.repeat(BYTES_MAX + 1))
  expect(dropped()).toEqual([['agent', 2 * (BYTES_MAX + 1)]])
})

test('a log that its writer keeps short itself is not cut under it', async () => {
  const { directory, bounds } = setUp()
  const path = join(directory, 'access.log')
  appendFileSync(path, 'x'.repeat(BYTES_MAX + 1))
  await bounds.look()
  expect(statSync(path).size).toBe(BYTES_MAX + 1)
})

test('a process that goes on writing meanwhile writes whole lines at the start of the new log, and no line is cut', async () => {
  const { directory, bounds } = setUp()
  const path = join(directory, 'agent.log')
  const log = openSync(path, 'a')
  const writer =
    'for (let line = 0; ; line += 1) { require("fs").writeSync(1, String(line).padStart(99, "0") + "\\n"); Bun.sleepSync(1) }'
  const child = Bun.spawn([process.execPath, '-e', writer], { stdio: ['ignore', log, 'ignore'] })
  closers.push(async () => {
    child.kill('SIGKILL')
    await child.exited
  })
  await waitFor(() => statSync(path).size > BYTES_MAX, { what: 'a long log' })
  await bounds.look()
  await waitFor(() => statSync(path).size > 1_000, { what: 'new lines' })
  const lines = [`${path}.1`, path].map((file) => readFileSync(file, 'utf8').trim().split('\n'))
  for (const line of lines.flat()) expect(line).toMatch(/^\d{99}$/)
  const [aside = [], present = []] = lines
  expect(Number(present[0])).toBeGreaterThan(Number(aside.at(-1)))
})
