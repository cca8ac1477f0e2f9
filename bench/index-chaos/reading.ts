/** Prints what documents come to while the process that reads them is killed at random points. `reading.ts [rounds]`; see README.md beside this file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres } from '../../deploy/scripts/test-postgres.ts'

const ROUNDS = Number(process.argv[2] ?? 200)
const SEED = Number(process.env.BENCH_SEED ?? 1)
const TOLD_EVERY = 20

const scratch = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
const postgres = await startTestPostgres(scratch)
process.env.TEST_POSTGRES_URL = postgres.url // read when the modules below are loaded
const { temporaryKnowledge } = await import('../../services/knowledge/test/temporary-knowledge.ts')
const { runReadingRounds } = await import('../../services/knowledge/test/chaos/reading-rounds.ts')

const knowledge = await temporaryKnowledge({ claim: false })
const startedMs = performance.now()
const result = await runReadingRounds(knowledge, {
  rounds: ROUNDS,
  seed: SEED,
  onRound: (round) => {
    if (round % TOLD_EVERY === 0) console.error(`${round} rounds`)
  },
})
const rows: [string, number | string][] = [
  ['rounds', ROUNDS],
  ['seconds', Math.round((performance.now() - startedMs) / 1000)],
  ['documents acknowledged', result.uploads],
  ['versions acknowledged', result.versions],
  ['edited chunks acknowledged', result.edits],
  ['retries acknowledged', result.retries],
  ['requests without an answer', result.unknown],
  ['pictures that a model read', result.pictures],
  ['of these asked for again, by a retry or a death before the answer was stored', result.askedAgain],
  ...Object.entries(result.kills).map(([point, count]): [string, number] => [`killed at: ${point}`, count]),
  ['**documents, chunks, edits or pages that are wrong**', result.wrong.length],
]
console.log('| | |\n|---|---|')
for (const [what, value] of rows) console.log(`| ${what} | ${value} |`)
for (const line of result.wrong) console.log(line)

await knowledge[Symbol.asyncDispose]()
await postgres.stop()
rmSync(scratch, { recursive: true, force: true })
process.exit(result.wrong.length === 0 ? 0 : 1)
