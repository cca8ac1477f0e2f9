/** Prints what a knowledge base comes to while its process is killed at random points. `main.ts [rounds]`; see README.md beside this file. */
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
const { runKillRounds } = await import('../../services/knowledge/test/chaos/kill-rounds.ts')

const knowledge = await temporaryKnowledge({ claim: false })
const startedMs = performance.now()
const { kills, uploads, deletions, modelChanges, switches, textsAsked, unknown, segments, wrong } = await runKillRounds(
  knowledge,
  {
    rounds: ROUNDS,
    seed: SEED,
    onRound: (round) => {
      if (round % TOLD_EVERY === 0) console.error(`${round} rounds`)
    },
  },
)
const rows: [string, number | string][] = [
  ['rounds', ROUNDS],
  ['seconds', Math.round((performance.now() - startedMs) / 1000)],
  ['documents acknowledged', uploads],
  ['deletions acknowledged', deletions],
  ['changes of the embedding model acknowledged', modelChanges],
  ['rounds after which another model answers', switches],
  ['texts embedded, by model', textsAsked.distinct],
  ['texts that a model was asked for twice, being in flight at a death', textsAsked.all - textsAsked.distinct],
  ['requests without an answer', unknown],
  ['index files at the end', segments],
  ...Object.entries(kills).map(([point, count]): [string, number] => [`killed at: ${point}`, count]),
  ['**documents or answers that are wrong**', wrong.length],
]
console.log('| | |\n|---|---|')
for (const [what, value] of rows) console.log(`| ${what} | ${value} |`)
for (const line of wrong) console.log(line)

await knowledge[Symbol.asyncDispose]()
await postgres.stop()
rmSync(scratch, { recursive: true, force: true })
process.exit(wrong.length === 0 ? 0 : 1)
