/** Prints how the journal compares with one transaction per event in the same PostgreSQL. See README.md beside this file. */
import { readFile } from 'node:fs/promises'
import postgres from 'postgres'
import { startCrashPostgres } from '../../shared/journal/fixtures/crash-postgres.ts'
import { openJournal } from '../../shared/journal/open-journal.ts'
import { silentLogger } from '../../shared/logging/logger.ts'
import { createMetricsRegistry } from '../../shared/metrics/metrics-registry.ts'
import { connectionOptions } from '../../shared/postgres/connect.ts'
import { measureSync } from '../measure-sync.ts'
import { journalSubject, perEventSubject, type Subject } from './subjects.ts'
import { median, percentile, runWorkload, type Workload } from './workload.ts'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 2)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)

const WORKLOADS: Workload[] = [
  { name: '1 run, barrier at every node', runs: 1, nodes: 20, barrier: 'node' },
  { name: '1 run, barrier at its end', runs: 1, nodes: 20, barrier: 'run' },
  { name: '200 runs, barrier at every node', runs: 200, nodes: 20, barrier: 'node' },
  { name: '200 runs, barrier at their ends', runs: 200, nodes: 20, barrier: 'run' },
]

await using server = await startCrashPostgres()
const sql = postgres({ ...connectionOptions(server.url), max: 1 })
const schema = await readFile(new URL('../../shared/journal/schema.sql', import.meta.url), 'utf8')
for (const statement of schema.split('--> statement-breakpoint')) await sql.unsafe(statement)

const journal = await openJournal({ databaseUrl: server.url, logger: silentLogger, metrics: createMetricsRegistry() })
const peer = await perEventSubject(server.url)
const subjects: Subject[] = [peer, journalSubject(journal)]

console.log(`fdatasync of 8 kB, p50: ${measureSync().toFixed(2)} ms; ${ROUNDS} rounds of ${SECONDS} s each\n`)
console.log(
  '| workload | one transaction per event: nodes/s, barrier p50 / p99 ms | journal: nodes/s, barrier p50 / p99 ms | ratio (lowest .. highest round) |',
)
console.log('|---|---|---|---|')
for (const workload of WORKLOADS) {
  const rates: number[][] = [[], []]
  const barriers: number[][] = [[], []]
  // In turn, so that a neighbour on the machine disturbs both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const result = await runWorkload(subject, workload, SECONDS * 1000)
      if (round === 0) continue // warm-up
      rates[index]?.push(result.nodesPerSecond)
      barriers[index]?.push(...result.barrierMs)
    }
  }
  const ratios = (rates[1] ?? []).map((rate, round) => rate / (rates[0]?.[round] ?? 1))
  const cell = (index: number) => {
    const ms = barriers[index] ?? []
    return `${Math.round(median(rates[index] ?? []))}, ${percentile(ms, 50).toFixed(1)} / ${percentile(ms, 99).toFixed(1)}`
  }
  const spread = `${Math.min(...ratios).toFixed(1)} .. ${Math.max(...ratios).toFixed(1)}`
  console.log(`| ${workload.name} | ${cell(0)} | ${cell(1)} | **${median(ratios).toFixed(1)}x** (${spread}) |`)
}

const [sizes] = await sql<{ peer: number; journal: number }[]>`
  select pg_total_relation_size('event_per_transaction') / (select count(*) from event_per_transaction)::float8 as peer,
    pg_total_relation_size('journal_default') / (select sum(n) from journal)::float8 as journal`
console.log(`\nbytes on disk per event, index included: ${sizes?.peer.toFixed(0)} and ${sizes?.journal.toFixed(0)}`)

const writer = journal.start({ kind: 'bench', appId: 'bench', subjectId: '', subjectVersion: '' })
const appendTimes: number[] = []
for (let batch = 0; batch < 200; batch += 1) {
  const startedAt = performance.now()
  for (let index = 0; index < 1000; index += 1) writer.append({ type: 'node-delta', nodeId: 'llm', content: 'token ' })
  appendTimes.push(performance.now() - startedAt)
  await writer.durable()
}
console.log(`append of a token, p50: ${percentile(appendTimes, 50).toFixed(2)} µs`)

await writer.finish('completed')
await journal.close()
await peer.close()
await sql.end()
