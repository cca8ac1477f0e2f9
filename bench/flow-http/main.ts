/** Prints what a small flow over HTTP costs, durable and through the whole of Orrery, beside a bare server. See README.md beside this file. */
import { waitFor } from '../../shared/testing/wait-for.ts'
import { runWrk } from '../gateway/run-wrk.ts'
import { median } from '../journal/workload.ts'
import { measureSync } from '../measure-sync.ts'
import { startBareSubject } from './bare-subject.ts'
import { startOrrerySubject } from './orrery-subject.ts'
import { publishFlow } from './published-flow.ts'
import { cpuSince, readCpu, type Subject } from './subject.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const CONNECTIONS = Number(process.env.BENCH_CONNECTIONS ?? 64)
/** Until the compiler has done its last pass over the code that every request takes. */
const WARM_REQUESTS = Number(process.env.BENCH_WARM_REQUESTS ?? 30_000)
/** The load stays on one processor; everything else goes where the kernel puts it. */
const LOAD_PROCESSOR = 0

interface Round {
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** µs of processor time a request, by part. */
  cpuUs: Record<string, number>
}

const orrery = await startOrrerySubject()
const flow = await publishFlow(orrery.url, orrery.rootKey)

const ask = async (stream: boolean): Promise<string> => {
  const headers = Object.fromEntries(flow.headers.map((line) => line.split(': ') as [string, string]))
  const response = await fetch(`${orrery.url}${flow.path}`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${orrery.rootKey}`, 'content-type': 'application/json' },
    body: flow.body(stream),
  })
  const text = await response.text()
  if (!text.includes('You said: hello')) throw new Error(`the flow answered ${response.status}: ${text}`)
  return text
}
const frames = (await ask(true)).split(/(?<=\n\n)/)
const bare = await startBareSubject({ frames, whole: await ask(false) })

const load = (subject: Subject, stream: boolean) =>
  runWrk({
    url: subject.url,
    workload: { name: '', path: flow.path, postText: flow.body(stream) },
    authorization: `Bearer ${orrery.rootKey}`,
    headers: flow.headers,
    ...{ connections: CONNECTIONS, seconds: SECONDS, processor: LOAD_PROCESSOR },
  })

/** The wire's failures have the status 200 too, so that only our own count tells that each request was a whole run. */
const expectRuns = (runs: number) =>
  waitFor(async () => (await orrery.completedRuns()) >= runs, { what: `${runs} runs to be counted as completed` })

const measure = async (subject: Subject, stream: boolean): Promise<Round> => {
  const runsBefore = subject === orrery ? await orrery.completedRuns() : 0
  const before = await readCpu(subject)
  const { requests, ...times } = await load(subject, stream)
  const used = await cpuSince(subject, before)
  if (subject === orrery) await expectRuns(runsBefore + requests)
  return {
    ...times,
    cpuUs: Object.fromEntries(Object.entries(used).map(([part, ms]) => [part, (ms * 1000) / requests])),
  }
}

const warm = async (stream: boolean) => {
  for (let requests = 0; requests < WARM_REQUESTS; ) requests += (await load(orrery, stream)).requests
  await load(bare, stream)
}

const sum = (values: Record<string, number>): number => Object.values(values).reduce((total, value) => total + value, 0)

const row = (name: string, rounds: readonly Round[], peer: readonly Round[]): string => {
  const of = (pick: (round: Round) => number, digits = 0) => median(rounds.map(pick)).toFixed(digits)
  const parts = Object.keys(rounds[0]?.cpuUs ?? {}).map((part) => `${part} ${of((round) => round.cpuUs[part] ?? 0)}`)
  const ratios = rounds.map((round, index) => sum(round.cpuUs) / sum(peer[index]?.cpuUs ?? {}))
  const spread = `${Math.min(...ratios).toFixed(1)} .. ${Math.max(...ratios).toFixed(1)}`
  const cells = [
    name,
    `**${of((round) => round.perSecond)}**`,
    `${of((round) => round.p50Ms, 1)} / ${of((round) => round.p99Ms, 1)}`,
    `${of((round) => sum(round.cpuUs))} (${parts.join(', ')})`,
    `**${median(ratios).toFixed(1)}x** (${spread})`,
  ]
  return `| ${cells.join(' | ')} |`
}

const cores = navigator.hardwareConcurrency
const sync = measureSync().toFixed(2)
console.log(
  `${cores} processors, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s each; fdatasync of 8 kB, p50: ${sync} ms\n`,
)
console.log('| request | requests/s | p50 / p99 ms | processor µs a request | to the bare server |')
console.log('|---|---|---|---|---|')
for (const stream of [true, false]) {
  await warm(stream)
  const [ours, theirs]: [Round[], Round[]] = [[], []]
  // In turn, so that a neighbour on the machine disturbs both.
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measure(orrery, stream))
    theirs.push(await measure(bare, stream))
  }
  for (const [subject, rounds] of [
    [orrery, ours],
    [bare, theirs],
  ] as const) {
    console.log(row(`${subject.name}, stream: ${stream}`, rounds, theirs))
  }
}
await bare.stop()
await orrery.stop()
