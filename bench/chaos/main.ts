/** Prints what clients see while processes are replaced and killed. `main.ts <program> <how much>`; see README.md beside this file. */
import { cleanUp } from './chaos-orrery.ts'
import { killSupervisors, killWorkers, replaceGateways, rollWorkers } from './programs.ts'
import type { ChaosReport } from './start-clients.ts'
import { sumOf } from './tally.ts'

const PROGRAMS: Record<string, { usual: number; run(howMuch: number): Promise<ChaosReport> }> = {
  rolling: { usual: 300, run: (replacements) => rollWorkers({ replacements }) },
  kills: { usual: 120, run: (seconds) => killWorkers({ seconds }) },
  gateways: { usual: 200, run: (cycles) => replaceGateways({ cycles }) },
  supervisors: { usual: 20, run: (kills) => killSupervisors({ kills }) },
}

const [, , name = '', howMuch] = process.argv
const program = PROGRAMS[name]
if (!program) {
  console.error(
    `Usage: main.ts ${Object.entries(PROGRAMS)
      .map(([key, { usual }]) => `${key} [${usual}]`)
      .join(' | ')}`,
  )
  process.exit(2)
}
const startedAt = performance.now()
const { tally, duplicated, lost, notes } = await program.run(Number(howMuch ?? program.usual)).finally(cleanUp)

console.log(`${name}: ${Math.round((performance.now() - startedAt) / 1_000)} s\n\n| what | how often |\n|---|---|`)
for (const [kind, count] of Object.entries(tally.done).toSorted()) console.log(`| ${kind} | ${count} |`)
for (const [kind, count] of Object.entries(notes)) console.log(`| ${kind} | ${count} |`)
console.log(`| POST done twice | ${duplicated} |\n| POST answered and not done | ${lost} |`)
console.log(`| **failures** | **${sumOf(tally.failures)}** |`)
for (const [kind, count] of Object.entries(tally.failures).toSorted()) console.log(`| ${kind} | ${count} |`)
for (const example of tally.examples) console.log(`- ${example}`)
process.exit(sumOf(tally.failures) + duplicated + lost === 0 ? 0 : 1)
