import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Workload {
  name: string
  path: string
  /** A POST with so many bytes. */
  postBytes?: number
  /** A POST with this body. */
  postText?: string
  /** Each request has a query, a request id and a trace of its own, so that no head is the same as the one before. */
  changingHeads?: boolean
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

const CHANGING_HEADS = `local count = 0
request = function()
  count = count + 1
  wrk.headers["x-request-id"] = string.format("request-%012d", count)
  wrk.headers["traceparent"] = string.format("00-0af7651916cd43dd8448eb21%08x-b7ad6b71%08x-01", count, count)
  return wrk.format("GET", wrk.path .. "?page=" .. count)
end
`

/** One round of load over kept connections. Throws when anything but 200 came. */
export const runWrk = async (options: {
  url: string
  workload: Workload
  authorization: string
  /** Further header lines. */
  headers?: readonly string[]
  connections: number
  seconds: number
  processor: number
}): Promise<LoadResult> => {
  const { workload } = options
  const headers = [`Authorization: ${options.authorization}`, ...(options.headers ?? [])]
  const script = join(mkdtempSync(join(tmpdir(), 'wrk-')), 'load.lua')
  const content = workload.postBytes ? 'x'.repeat(workload.postBytes) : workload.postText
  const body =
    content === undefined
      ? ''
      : `wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = [==[${content}]==]\n`
  writeFileSync(script, body + (workload.changingHeads ? CHANGING_HEADS : '') + REPORT)
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
      ...['-s', script, ...headers.flatMap((line) => ['-H', line]), `${options.url}${workload.path}`],
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
