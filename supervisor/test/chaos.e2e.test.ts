/**
 * What clients see while workers, the gateway and the supervisor are replaced and killed under load: the short forms of the programs in
 * bench/chaos, which run as long as one likes.
 */
import { afterEach, expect, test } from 'bun:test'
import { killSupervisors, killWorkers, replaceGateways, rollWorkers } from '../../bench/chaos/programs.ts'
import type { ChaosReport } from '../../bench/chaos/start-clients.ts'
import { cleanUp } from './fixture-orrery.ts'

afterEach(cleanUp)

/** Longer than each takes on a machine that does something else, too. */
const TEST_MS_MAX = 120_000
const REQUESTS_MIN = 100

const expectNoHarm = ({ tally, duplicated, lost }: ChaosReport) => {
  expect({ failures: tally.failures, examples: tally.examples }).toEqual({ failures: {}, examples: [] })
  expect({ duplicated, lost }).toEqual({ duplicated: 0, lost: 0 })
  expect(tally.done['GET, kept connection']).toBeGreaterThan(REQUESTS_MIN)
  expect(tally.done['POST, kept connection']).toBeGreaterThan(REQUESTS_MIN / 4)
}

test(
  'workers are replaced under load: no request, stream or WebSocket fails, no number is missing or comes twice',
  async () => {
    const report = await rollWorkers({ replacements: 6 })
    expectNoHarm(report)
    expect(report.tally.done).toMatchObject({
      replacements: 6,
      'plain stream: numbers': expect.any(Number),
      'resumable stream: numbers': expect.any(Number),
      'WebSocket: echoes': expect.any(Number),
      'WebSocket: came back': expect.any(Number),
    })
  },
  TEST_MS_MAX,
)

test(
  'a worker is killed every 200 ms: no GET fails, no POST is done twice, no resumable stream breaks',
  async () => {
    const report = await killWorkers({ seconds: 5 })
    expectNoHarm(report)
    expect(report.tally.done.kills).toBeGreaterThan(5)
    expect(report.tally.done['resumable stream: numbers']).toBeGreaterThan(REQUESTS_MIN)
  },
  TEST_MS_MAX,
)

test(
  'the gateway is replaced under load: no connection is reset, kept or new',
  async () => {
    const report = await replaceGateways({ cycles: 2 })
    expectNoHarm(report)
    expect(report.tally.done['gateway replacements']).toBe(2)
  },
  TEST_MS_MAX,
)

test(
  'the supervisor is killed under load: nobody notices, and the next one has the same workers',
  async () => {
    const report = await killSupervisors({ kills: 2 })
    expectNoHarm(report)
    expect(report.tally.done['supervisor kills']).toBe(2)
  },
  TEST_MS_MAX,
)
