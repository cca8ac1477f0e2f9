/** Prints how long it takes from the kill of a worker to the next answer, with and without a spare. See README.md beside this file. */
import { median, percentile } from '../journal/workload.ts'
import { createBareSubject } from './bare-subject.ts'
import { createOrrerySubject } from './orrery-subject.ts'
import { measureReturn, type Subject } from './subject.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 30)
const databaseUrl = process.env.BENCH_DATABASE_URL

const REAL: [pool: string, path: string][] = [
  ['agent', '/agent/v1/nothing'],
  ['workflow', '/workflow/v1/nothing'],
  ['knowledge', '/knowledge/v1/nothing'],
  ['platform', '/v2/app/nothing'],
]

const variants: (() => Promise<Subject>)[] = [0, 1].flatMap((spare) => [
  () =>
    createOrrerySubject({
      ...{ name: `Orrery, bare worker${spare ? ', spare' : ''}`, workers: 'bare', spare },
      ...{ pool: 'agent', path: '/agent/v1/x' },
    }),
  ...REAL.map(
    ([pool, path]) =>
      () =>
        createOrrerySubject({
          ...{ name: `Orrery, ${pool}${spare ? ', spare' : ''}`, workers: 'real', spare },
          ...{ pool, path, databaseUrl },
        }),
  ),
])

const peer = await createBareSubject()
console.log(`${ROUNDS} kills each; the bare server is killed in turn with each subject\n`)
console.log('| killed | p50 ms | p95 ms | worst ms | bare p50 / p95 ms | ratio of p50 |')
console.log('|---|---|---|---|---|---|')
for (const create of variants) {
  const subject = await create()
  const [own, bare]: [number[], number[]] = [[], []]
  // In turn, so that a neighbour on the machine disturbs both.
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await measureReturn(subject))
    bare.push(await measureReturn(peer))
  }
  await subject.stop()
  const [ms, bareMs] = [own, bare].map((times) => [median(times), percentile(times, 95)].map((time) => time.toFixed(1)))
  const ratio = (median(own) / median(bare)).toFixed(2)
  console.log(
    `| ${subject.name} | ${ms?.join(' | ')} | ${Math.max(...own).toFixed(1)} | ${bareMs?.join(' / ')} | ${ratio} |`,
  )
}
await peer.stop()
