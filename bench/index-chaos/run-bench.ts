import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres } from '../../deploy/scripts/test-postgres.ts'
import { temporaryKnowledge } from '../../services/knowledge/test/temporary-knowledge.ts'

const ROUNDS = Number(process.argv[2] ?? 200)
const SEED = Number(process.env.BENCH_SEED ?? 1)
const TOLD_EVERY = 20

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>
type Row = [what: string, value: number | string]

interface Rounds {
  rounds: number
  seed: number
  onRound: (round: number) => void
}

interface Outcome {
  /** How often a process was killed at each point. */
  kills: Readonly<Record<string, number>>
  /** A line for each thing that is not as it was acknowledged. */
  wrong: readonly string[]
}

/**
 * Runs rounds of kills on a PostgreSQL of its own and prints what they come to, as a table; ends the process, with 1 when something is wrong.
 *
 * @param told rows between those that both benches have: what was acknowledged, and what is to be wrong
 */
export const runBench = async <Result extends Outcome>(
  run: (knowledge: Knowledge, options: Rounds) => Promise<Result>,
  told: { rows: (result: Result) => Row[]; wrong: string },
): Promise<never> => {
  const scratch = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  const postgres = await startTestPostgres(scratch)
  process.env.TEST_POSTGRES_URL = postgres.url
  const knowledge = await temporaryKnowledge({ claim: false })
  const startedMs = performance.now()
  const onRound = (round: number) => {
    if (round % TOLD_EVERY === 0) console.error(`${round} rounds`)
  }
  const result = await run(knowledge, { rounds: ROUNDS, seed: SEED, onRound })
  const rows: Row[] = [
    ['rounds', ROUNDS],
    ['seconds', Math.round((performance.now() - startedMs) / 1000)],
    ...told.rows(result),
    ...Object.entries(result.kills).map(([point, count]): Row => [`killed at: ${point}`, count]),
    [`**${told.wrong}**`, result.wrong.length],
  ]
  console.log('| | |\n|---|---|')
  for (const [what, value] of rows) console.log(`| ${what} | ${value} |`)
  for (const line of result.wrong) console.log(line)

  await knowledge[Symbol.asyncDispose]()
  await postgres.stop()
  rmSync(scratch, { recursive: true, force: true })
  process.exit(result.wrong.length === 0 ? 0 : 1)
}
