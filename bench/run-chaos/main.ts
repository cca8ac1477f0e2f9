/** Prints what 2,000 mixed runs come to while workers, supervisor, database and gateway are killed. `main.ts [runs] [concurrency]`; see README.md beside this file. */
import { sumOf } from '../chaos/tally.ts'
import { percentile } from './continue-times.ts'
import { flowAsked } from './mixed-flows.ts'
import { runChaos } from './run-chaos.ts'

const RUNS = 2_000
const CONCURRENCY = 24
const KILL_EVERY_MS = [1_000, 5_000] as const
const CONTINUE_MS_MAX = 1_000

const [, , runs, concurrency] = process.argv
const report = await runChaos({
  runs: Number(runs ?? RUNS),
  concurrency: Number(concurrency ?? CONCURRENCY),
  killEveryMs: KILL_EVERY_MS,
  quiet: process.env.SHOW_LOG !== '1',
})
const { tally, continued } = report
const all = continued.map(({ afterMs }) => afterMs)
const alone = continued.filter(({ amongOthers }) => !amongOthers).map(({ afterMs }) => afterMs)
const claims = continued.flatMap(({ amongOthers, claimedMs }) => (amongOthers ? [] : (claimedMs ?? [])))
const times = (values: number[]) =>
  `${values.length}: p50 ${Math.round(percentile(values, 0.5))} ms, p99 ${Math.round(percentile(values, 0.99))} ms, longest ${Math.round(percentile(values, 1))} ms`

const rows: [string, number | string][] = [
  ['seconds', report.seconds],
  ['runs accepted', report.accepted],
  ['runs whose start got no answer, over too', report.unannounced],
  ['kills', report.kills],
  ...Object.entries(tally.done).toSorted(),
  ['effects committed', report.effects],
  ['calls repeated with their key, nothing done', report.repeats],
  ['had another worker after their worker’s death, nothing else killed meanwhile', times(claims)],
  ['went on after their worker’s death', times(all)],
  ['went on after their worker’s death, nothing else killed meanwhile', times(alone)],
  ['**lost**', report.lost],
  ['**stuck**', report.stuck],
  ['**effects doubled**', report.doubled],
  ['**effects under another’s key or none**', report.misused],
  ['**effects missing**', report.missing],
  ['**failures**', sumOf(tally.failures)],
  ...Object.entries(tally.failures).toSorted(),
]
console.log('| what | how much |\n|---|---|')
for (const [what, value] of rows) console.log(`| ${what} | ${value} |`)
for (const example of tally.examples) console.log(`- ${example}`)
const bySpeed = continued.toSorted((a, b) => b.afterMs - a.afterMs)
const slowest = [true, false].flatMap((among) => bySpeed.filter((one) => one.amongOthers === among).slice(0, 6))
for (const { runId, q, afterMs, claimedMs, amongOthers } of slowest) {
  console.log(
    `- run ${runId} (${flowAsked(q).name}) went on after ${Math.round(afterMs)} ms, had a worker after ${claimedMs} ms${amongOthers ? ', something else was killed meanwhile' : ''}`,
  )
}
const harm = report.lost + report.stuck + report.doubled + report.misused + report.missing + sumOf(tally.failures)
process.exit(harm === 0 && percentile(alone, 0.99) <= CONTINUE_MS_MAX ? 0 : 1)
