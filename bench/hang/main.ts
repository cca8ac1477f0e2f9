/** Prints how long a worker that hangs gets new requests, and how long it takes until another one has its place. See README.md beside this file. */
import { waitFor } from '../../shared/testing/wait-for.ts'
import { type BenchOrrery, startBenchOrrery } from './orrery.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 10)
/** A request that takes longer was sent to the worker that hangs. */
const STUCK_MS = 400
const REQUEST_EVERY_MS = 10
const PATH = '/api/models'

/** Ways to hang, each by a signal: what the process is doing then. */
const HANGS = { 'busy loop': 'SIGUSR2', stopped: 'SIGSTOP' } as const

interface Round {
  /** From the signal to the last request that was sent to the hung worker. */
  routedMs: number
  /** From the signal until it was out of the routes. */
  removedMs: number
  /** From the signal until the pool had all its workers again. */
  replacedMs: number
  failures: number
  reason: string
}

/** Sends requests at a steady pace, whatever becomes of the earlier ones. */
const load = (orrery: BenchOrrery) => {
  const stuck: number[] = []
  const open = new Set<Promise<void>>()
  let failures = 0
  const send = async () => {
    const at = performance.now()
    const slow = setTimeout(() => stuck.push(at), STUCK_MS)
    const ok = await fetch(`${orrery.url}${PATH}`, { headers: orrery.headers }).then(
      async (response) => (await response.text()) !== '' && response.ok,
      () => false,
    )
    clearTimeout(slow)
    if (!ok) failures += 1
  }
  const timer = setInterval(() => {
    const request = send()
    open.add(request)
    void request.finally(() => open.delete(request))
  }, REQUEST_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      return { failures, lastStuckAt: Math.max(0, ...stuck) }
    },
  }
}

const measure = async (orrery: BenchOrrery, signal: NodeJS.Signals): Promise<Round> => {
  const readyPids = async () => (await orrery.workers()).filter(({ state }) => state === 'ready').map(({ pid }) => pid)
  await waitFor(async () => (await readyPids()).length === 2, { what: 'both workers', timeoutMs: 30_000 })
  const [pid = 0] = await readyPids()
  const clients = load(orrery)
  await Bun.sleep(Math.random() * 500) // at any moment between two heartbeats
  const startedAt = performance.now()
  const startedAtMs = Date.now()
  process.kill(pid, signal)
  const isReplaced = async () => {
    const pids = await readyPids()
    return pids.length === 2 && !pids.includes(pid)
  }
  await waitFor(isReplaced, { what: 'the replacement', timeoutMs: 20_000 })
  const replacedMs = performance.now() - startedAt
  const isNoted = async () => (await orrery.deaths()).find((death) => death.pid === pid)
  const death = await waitFor(isNoted, { what: 'the death', timeoutMs: 20_000 })
  const { failures, lastStuckAt } = await clients.stop()
  const removedMs = (orrery.takenOut().find((atMs) => atMs >= startedAtMs) ?? Number.NaN) - startedAtMs
  return { routedMs: Math.max(lastStuckAt - startedAt, 0), removedMs, replacedMs, failures, reason: death.reason }
}

const percentile = (values: readonly number[], percent: number): string => {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.ceil((sorted.length - 1) * (percent / 100))] ?? Number.NaN).toFixed(0)
}

const orrery = await startBenchOrrery()
try {
  console.log(
    `| hang | rounds | last new request, ms: p50 / p95 | out of the routes, ms: p50 / p95 | replaced, ms: p50 / p95 | failed requests | told as |`,
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- |')
  for (const [name, signal] of Object.entries(HANGS)) {
    const rounds: Round[] = []
    for (let count = 0; count < ROUNDS; count += 1) rounds.push(await measure(orrery, signal))
    const column = (key: 'routedMs' | 'removedMs' | 'replacedMs') => {
      const values = rounds.map((round) => round[key])
      return `${percentile(values, 50)} / ${percentile(values, 95)}`
    }
    const failures = rounds.reduce((sum, round) => sum + round.failures, 0)
    const told = [...new Set(rounds.map(({ reason }) => /, ([a-z ]+)/.exec(reason)?.[1] ?? reason))].join('; ')
    console.log(
      `| ${name} | ${ROUNDS} | ${column('routedMs')} | ${column('removedMs')} | ${column('replacedMs')} | ${failures} | ${told} |`,
    )
  }
} finally {
  await orrery.stop()
}
