/** Prints what an open event stream costs the gateway in memory, and what many cost other requests. See README.md beside this file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../../shared/testing/free-port.ts'
import { waitFor } from '../../shared/testing/wait-for.ts'
import { readPss } from '../../supervisor/admin/process-memory.ts'
import { startGatewayProcess } from '../../supervisor/gateway/fixtures/gateway-process.ts'
import { ROOT_KEY } from '../../supervisor/gateway/fixtures/test-gateway.ts'
import { needOpenFiles } from './open-files.ts'
import { openStreams } from './open-streams.ts'
import { quantile, timeRequests } from './time-requests.ts'

const STREAMS = (process.env.BENCH_STREAMS ?? '500,5000').split(',').map(Number)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 8)
const EVENT_MS = Number(process.env.BENCH_EVENT_MS ?? 5_000)
/** Memory is read once it has stopped to move, at most after this long. */
const SETTLE_MS = 3_000
const OPEN_MS_MAX = 60_000
const KIB = 1_024

const AUTHORIZATION = `Authorization: Bearer ${ROOT_KEY}`
const REQUEST = `GET /agent/v1/stream HTTP/1.1\r\nHost: bench.test\r\n${AUTHORIZATION}\r\n\r\n`

interface Row {
  streams: number
  kibEach: number
  without: number[]
  meanwhile: number[]
  events: number
  broken: number
}

const measure = async (streams: number): Promise<Row> => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  const upstreamPath = join(directory, 'worker.sock')
  const program = [
    process.execPath,
    resolve(import.meta.dir, 'quiet-streams-worker.ts'),
    upstreamPath,
    String(EVENT_MS),
  ]
  const upstream = Bun.spawn(program, { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' })
  const port = freePort()
  await using gateway = await startGatewayProcess({ port, settings: { LOG_LEVEL: 'error' } })
  await gateway.ready()
  const workers = [{ id: 'agent/0.1', socketPath: upstreamPath, startedAtMs: 0 }]
  gateway.send({ type: 'routes', version: 1, services: { agent: { state: 'up', workers } } })
  const lines = ['GET /agent/v1/small HTTP/1.1', AUTHORIZATION]
  const time = (seconds: number) => timeRequests({ port, lines, seconds })

  await Bun.sleep(500)
  await time(2) // warms the gateway, so that its own growth is not the streams'
  const before = await time(SECONDS / 2)
  const pssBefore = (await readPss(gateway.pid)) ?? Number.NaN
  const open = await openStreams({ port, count: streams, request: REQUEST })
  await waitFor(() => open.opened() === streams, { what: 'all streams', timeoutMs: OPEN_MS_MAX })
  await Bun.sleep(SETTLE_MS)
  const pssOpen = (await readPss(gateway.pid)) ?? Number.NaN
  const meanwhile = await time(SECONDS)
  const [events, broken] = [open.events(), open.broken()]
  open.close()
  await Bun.sleep(SETTLE_MS)
  const after = await time(SECONDS / 2)
  upstream.kill('SIGKILL')
  await upstream.exited
  rmSync(directory, { recursive: true, force: true })
  const without = [...before, ...after].sort((a, b) => a - b)
  return { streams, kibEach: (pssOpen - pssBefore) / KIB / streams, without, meanwhile, events, broken }
}

await needOpenFiles(Math.max(...STREAMS) * 2 + 500)
console.log(`Each stream gets an event every ${EVENT_MS} ms; requests for ${SECONDS} s without and with the streams\n`)
console.log(
  '| streams | PSS each, KiB | p50 / p99 without, ms | p50 / p99 meanwhile, ms | p99 ratio | events | broken |',
)
console.log('|---|---|---|---|---|---|---|')
for (const streams of STREAMS) {
  const { kibEach, without, meanwhile, events, broken } = await measure(streams)
  const both = (times: number[]) => `${quantile(times, 0.5).toFixed(2)} / ${quantile(times, 0.99).toFixed(2)}`
  const ratio = quantile(meanwhile, 0.99) / quantile(without, 0.99)
  console.log(
    `| ${streams} | ${kibEach.toFixed(1)} | ${both(without)} | ${both(meanwhile)} | **${ratio.toFixed(2)}x** | ${events} | ${broken} |`,
  )
}
