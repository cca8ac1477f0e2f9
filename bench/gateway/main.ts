/** Prints what a request costs the gateway and nginx in processor time, both before the same worker. See README.md beside this file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../shared/testing/free-port.ts'
import { startGatewayProcess } from '../../supervisor/gateway/fixtures/gateway-process.ts'
import { ROOT_KEY } from '../../supervisor/gateway/fixtures/test-gateway.ts'
import { startNginx } from './nginx.ts'
import { cpuMsOf, pin } from './process-figures.ts'
import { runWrk, type Workload } from './run-wrk.ts'
import { startUpstream } from './start-upstream.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 3)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const CONNECTIONS = Number(process.env.BENCH_CONNECTIONS ?? 50)
/** Until the compiler has done its last pass over the code that every request takes; before that a request costs up to twice as much. */
const WARM_REQUESTS = 200_000
/** The proxy has one processor for itself; the load and the worker share the other. */
const PROCESSORS = { proxy: 1, others: 0 }

const WORKLOADS: Workload[] = [
  { name: 'GET, 1 KB answer', path: '/agent/v1/small' },
  { name: 'GET, 1 KB answer, changing heads', path: '/agent/v1/small', changingHeads: true },
  { name: 'POST of 1 KB', path: '/agent/v1/small', postBytes: 1_024 },
  { name: 'GET, 64 KB answer', path: '/agent/v1/large' },
  { name: 'SSE of 100 events', path: '/agent/v1/events', warmRequests: 2_000 },
]

interface Subject {
  name: string
  pid: number
  url: string
}

interface Cell {
  us: number[]
  perSecond: number[]
  p99Ms: number[]
}

const directory = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
const upstreamPath = join(directory, 'worker.sock')
await using upstream = await startUpstream(upstreamPath)
const gatewayPort = freePort()
await using gateway = await startGatewayProcess({ port: gatewayPort, settings: { LOG_LEVEL: 'error' } })
await gateway.ready()
gateway.send({
  type: 'routes',
  version: 1,
  services: { agent: { state: 'up', workers: [{ id: 'agent/0.1', socketPath: upstreamPath, startedAtMs: 0 }] } },
})
const loggedPort = freePort()
await using logged = await startNginx({ upstreamPath, port: loggedPort, accessLog: true })
const quietPort = freePort()
await using quiet = await startNginx({ upstreamPath, port: quietPort, accessLog: false })

const subjects: Subject[] = [
  { name: 'orrery', pid: gateway.pid, url: gateway.url },
  { name: 'nginx', pid: logged.pid, url: `http://127.0.0.1:${loggedPort}` },
  { name: 'nginx without log', pid: quiet.pid, url: `http://127.0.0.1:${quietPort}` },
]
pin(upstream.pid, PROCESSORS.others)
for (const { pid } of subjects) pin(pid, PROCESSORS.proxy)

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const load = (workload: Workload, { url }: Subject) =>
  runWrk({
    ...{ url, workload, authorization: `Bearer ${ROOT_KEY}`, connections: CONNECTIONS },
    ...{ seconds: SECONDS, processor: PROCESSORS.others },
  })

/** A program that is compiled as it runs reaches its pace after so many requests, not after so much time. */
const warm = async (workload: Workload) => {
  for (let requests = 0; requests < (workload.warmRequests ?? WARM_REQUESTS); )
    requests += (await load(workload, subjects[0] as Subject)).requests
  for (const subject of subjects.slice(1)) await load(workload, subject)
}

const measure = async (workload: Workload): Promise<Cell[]> => {
  const cells: Cell[] = subjects.map(() => ({ us: [], perSecond: [], p99Ms: [] }))
  await warm(workload)
  // In turn, so that a neighbour on the machine disturbs all.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const before = cpuMsOf(subject.pid)
      const result = await load(workload, subject)
      cells[index]?.us.push(((cpuMsOf(subject.pid) - before) * 1_000) / result.requests)
      cells[index]?.perSecond.push(result.perSecond)
      cells[index]?.p99Ms.push(result.p99Ms)
    }
  }
  return cells
}

const compare = (ours: Cell | undefined, theirs: Cell | undefined): string => {
  const ratios = (ours?.us ?? []).map((us, round) => us / (theirs?.us[round] ?? 1))
  return `**${median(ratios).toFixed(2)}x** (${Math.min(...ratios).toFixed(2)} .. ${Math.max(...ratios).toFixed(2)})`
}

console.log(
  `${ROUNDS} rounds of ${SECONDS} s each, ${CONNECTIONS} kept connections; processor time of the proxy for one request\n`,
)
console.log(
  '| workload | orrery, µs | nginx, µs | nginx without log, µs | orrery / nginx | orrery / nginx without log | requests/s (orrery, nginx) | p99 ms (orrery, nginx) |',
)
console.log('|---|---|---|---|---|---|---|---|')
for (const workload of WORKLOADS) {
  const cells = await measure(workload)
  const [ours, nginx, bare] = cells
  const us = cells.map((cell) => median(cell.us).toFixed(1)).join(' | ')
  const both = (pick: (cell: Cell) => number[], digits: number) =>
    [ours, nginx].map((cell) => (cell ? median(pick(cell)).toFixed(digits) : '')).join(', ')
  console.log(
    `| ${workload.name} | ${us} | ${compare(ours, nginx)} | ${compare(ours, bare)} | ${both((cell) => cell.perSecond, 0)} | ${both((cell) => cell.p99Ms, 1)} |`,
  )
}
rmSync(directory, { recursive: true, force: true })
