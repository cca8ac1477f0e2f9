/** Prints what 100,000 waiting runs cost a worker, and how soon one goes on. `main.ts [waiting] [real] [answers]`; see README.md beside this file. */
import { measureMemory } from '../../supervisor/admin/process-memory.ts'
import { measureSync } from '../measure-sync.ts'
import { percentile } from '../run-chaos/continue-times.ts'
import { spawnOrrery } from '../spawn-orrery.ts'
import { publishAskingFlow } from './asking-flow.ts'
import { copyWaitingRuns } from './copy-waiting-runs.ts'
import { timeAnswers } from './time-answers.ts'

const WAITING = 100_000
const REAL = 5_000
const ANSWERS = 1_000
const WARM_UP = 1_000
const CONCURRENCIES = [1, 8]
const ASKED_AT_ONCE = 16
const GROWTH_BYTES_MAX = 10 * 1024 * 1024
const FIRST_FRAME_MS_MAX = 20
/** A worker gives memory back a while after its work. */
const SETTLE_MS = 15_000
const MEBIBYTE = 1024 * 1024

const [, , waiting = WAITING, real = REAL, answers = ANSWERS] = process.argv.map(Number)
const orrery = spawnOrrery({ name: 'waiting', configuration: '', quiet: process.env.SHOW_LOG !== '1' })
const failures: string[] = []
try {
  await orrery.ready()
  const flow = await publishAskingFlow(orrery.url, orrery.rootKey())
  const askMany = async (count: number): Promise<string[]> => {
    const eventIds: string[] = []
    let begun = 0
    const askSome = async () => {
      while (begun++ < count) eventIds.push(await flow.ask('she'))
    }
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askSome))
    return eventIds
  }
  const workerPss = async (): Promise<number> => {
    const { pools } = (await (await orrery.ask('/status')).json()) as {
      pools: { services: string[]; workers: { pid: number }[] }[]
    }
    return measureMemory([pools.find(({ services }) => services.includes('workflow'))?.workers[0]?.pid ?? 0])
  }

  await timeAnswers(flow, await askMany(WARM_UP), ASKED_AT_ONCE)
  const alone = await timeAnswers(flow, await askMany(answers), 1)
  await Bun.sleep(SETTLE_MS)
  const before = await workerPss()
  const asked = await askMany(real)
  const example = asked[0] ?? (await flow.ask('she'))
  const copied = await copyWaitingRuns(orrery.dataDirectory, { eventId: example, count: waiting - asked.length })
  await Bun.sleep(SETTLE_MS)
  const growth = (await workerPss()) - before
  if (growth > GROWTH_BYTES_MAX) failures.push('the worker grew')

  console.log('| what | how much |\n|---|---|')
  console.log(`| waiting runs (asked over HTTP, copied) | ${asked.length}, ${copied.length} |`)
  console.log(`| one synced write of 8 kB here (p50) | ${measureSync().toFixed(2)} ms |`)
  console.log(`| worker, PSS before | ${(before / MEBIBYTE).toFixed(1)} MiB |`)
  console.log(
    `| worker, PSS with all of them waiting | ${growth < 0 ? '' : '+'}${(growth / MEBIBYTE).toFixed(1)} MiB |`,
  )

  const eventIds = [...asked, ...copied].toSorted(() => Math.random() - 0.5)
  const show = (times: number[]) => [0.5, 0.99, 1].map((share) => percentile(times, share).toFixed(1)).join(' / ')
  console.log(
    `| nothing else waiting: answer to first frame, 1 at once: p50 / p99 / longest | ${show(alone.first)} ms |`,
  )
  for (const concurrency of CONCURRENCIES) {
    const { first, last } = await timeAnswers(flow, eventIds.splice(0, answers), concurrency)
    console.log(`| answer to first frame, ${concurrency} at once: p50 / p99 / longest | ${show(first)} ms |`)
    console.log(`| answer to last frame, ${concurrency} at once: p50 / p99 / longest | ${show(last)} ms |`)
    if (concurrency === 1 && percentile(first, 0.99) > FIRST_FRAME_MS_MAX) failures.push('the first frame came late')
  }
} finally {
  await orrery.stop()
}
for (const failure of failures) console.log(`- ${failure}`)
process.exit(failures.length === 0 ? 0 : 1)
