import { afterEach, expect, test } from 'bun:test'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { createDeathLog, DEATHS_KEPT_MAX } from './death-log.ts'
import { readDeaths } from './read-deaths.ts'
import type { Death } from './supervision.ts'

const folder = mkdtempSync(join(tmpdir(), 'orrery-deaths-'))
const path = join(folder, 'deaths.jsonl')
afterEach(() => rmSync(path, { force: true }))

const death = (pid: number): Death => ({
  time: new Date(pid).toISOString(),
  pool: 'agent',
  slot: 0,
  generation: 1,
  pid,
  exitCode: null,
  signal: 'SIGKILL',
  reason: 'killed',
  uptimeMs: 5,
})
const pids = (deaths: Death[]) => deaths.map(({ pid }) => pid)

test('deaths before the supervisor started are remembered, a line that a crash cut is not', () => {
  const first = createDeathLog(path, silentLogger)
  first.record(death(1))
  first.record(death(2))
  appendFileSync(path, '{"time":"20')
  appendFileSync(path, '\n')
  const second = createDeathLog(path, silentLogger)
  second.record(death(3))
  expect(pids(second.recent())).toEqual([1, 2, 3])
  expect(pids(readDeaths(path, 2))).toEqual([2, 3])
})

test('only the last ones are kept at hand', () => {
  const log = createDeathLog(path, silentLogger)
  for (let pid = 1; pid <= DEATHS_KEPT_MAX + 5; pid += 1) log.record(death(pid))
  expect(pids(log.recent()).at(0)).toBe(6)
  expect(pids(createDeathLog(path, silentLogger).recent())).toEqual(pids(log.recent()))
})

test('no file means no deaths', () => {
  expect(readDeaths(join(folder, 'none.jsonl'), 10)).toEqual([])
})
