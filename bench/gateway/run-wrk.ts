import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Workload {
  name: string
  path: string
  /** A POST with so many bytes. */
  postBytes?: number
  /** Before anything is measured; fewer when each does much. */
  warmRequests?: number
}

export interface LoadResult {
  requests: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

/** Written by wrk itself at its end, in microseconds. */
const REPORT =
  'done = function(summary, latency) local e = summary.errors io.write(string.format("R %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout)) end\n'

/** One round of load over kept connections. Throws when anything but 200 came. */
export const runWrk = async (options: {
  url: string
  workload: Workload
  authorization: string
  connections: number
  seconds: number
  processor: number
}): Promise<LoadResult> => {
  const { workload } = options
  const script = join(mkdtempSync(join(tmpdir(), 'wrk-')), 'load.lua')
  const body = workload.postBytes
    ? `wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = string.rep("x", ${workload.postBytes})\n`
    : ''
  writeFileSync(script, body + REPORT)
  const child = Bun.spawn(
    [
      ...[
        'taskset',
        '-c',
        String(options.processor),
        process.env.WRK ?? 'wrk',
        '-t1',
        `-c${options.connections}`,
        `-d${options.seconds}s`,
      ],
      ...['-s', script, '-H', `Authorization: ${options.authorization}`, `${options.url}${workload.path}`],
    ],
    { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' },
  )
  const text = await new Response(child.stdout).text()
  const [requests = 0, us = 0, p50 = 0, p99 = 0, errors = 0] = (/^R (.*)$/m.exec(text)?.[1] ?? '')
    .split(' ')
    .map(Number)
  if (!requests || errors > 0) throw new Error(`wrk saw ${errors} errors in ${requests} requests: ${text}`)
  return { requests, perSecond: requests / (us / 1e6), p50Ms: p50 / 1_000, p99Ms: p99 / 1_000 }
}
