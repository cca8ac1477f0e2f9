/** What becomes of runs while workers, the supervisor, PostgreSQL and the gateway are killed: the short form of bench/run-chaos. */
import { expect, test } from 'bun:test'
import { runChaos } from '../../bench/run-chaos/run-chaos.ts'

const RUNS = 48

test('whatever is killed, each run ends once with its result, no effect is done twice, and each stream is whole', async () => {
  const { tally, ...report } = await runChaos({
    runs: RUNS,
    concurrency: 10,
    killEveryMs: [500, 2_000],
    quiet: true,
  })
  expect({ failures: tally.failures, examples: tally.examples }).toEqual({ failures: {}, examples: [] })
  expect(report).toMatchObject({ accepted: RUNS, lost: 0, stuck: 0, doubled: 0, misused: 0, missing: 0 })
  expect(report.kills).toBeGreaterThan(2)
  expect(report.effects).toBeGreaterThan(RUNS / 2)
  expect(tally.done['streams whole to the end']).toBeGreaterThan(RUNS / 4)
}, 400_000)
