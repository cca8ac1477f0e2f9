/** Prints how many small text files a second become searchable, beside a plain PostgreSQL that takes the same texts. See README.md beside this file. */
import { cpuSince, readCpu } from '../flow-http/subject.ts'
import { median } from '../journal/workload.ts'
import { startOrrerySubject } from './orrery-subject.ts'
import { startPlainPostgres } from './plain-postgres.ts'
import { makeSampleTexts } from './sample-texts.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const FILES = Number(process.env.BENCH_FILES ?? 2_000)
const WARM_FILES = 100

const orrery = await startOrrerySubject()
const plain = await startPlainPostgres()

const aSecond = (ms: number) => (FILES / ms) * 1000

try {
  await orrery.ingestMany(makeSampleTexts(0, WARM_FILES))
  const rounds: { ours: number; uploads: number; plain: number; cpu: Record<string, number> }[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const files = makeSampleTexts(round, FILES)
    const plainMs = await plain.insert(files)
    const before = await readCpu(orrery)
    const { ms, uploadedMs } = await orrery.ingestMany(files)
    const cpu = await cpuSince(orrery, before)
    rounds.push({
      ours: aSecond(ms),
      uploads: aSecond(uploadedMs),
      plain: aSecond(plainMs),
      cpu: Object.fromEntries(Object.entries(cpu).map(([part, cpuMs]) => [part, cpuMs / FILES])),
    })
  }
  const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick))
  const parts = Object.keys(rounds[0]?.cpu ?? {}).map((part) => `${part} ${of(({ cpu }) => cpu[part] ?? 0).toFixed(2)}`)
  console.log(`${ROUNDS} rounds of ${FILES} text files\n`)
  console.log('| | files a second |\n|---|---|')
  console.log(`| **from the upload until searchable** | **${of(({ ours }) => ours).toFixed(0)}** |`)
  console.log(`| until the last upload is acknowledged | ${of(({ uploads }) => uploads).toFixed(0)} |`)
  console.log(`| plain PostgreSQL, text and \`tsvector\` | ${of((round) => round.plain).toFixed(0)} |`)
  console.log(`| ratio, round by round | ${of((round) => round.ours / round.plain).toFixed(2)}x |`)
  console.log(`\nProcessor ms a file, by part: ${parts.join(', ')}.`)
} finally {
  await orrery.stop()
  await plain.stop()
}
