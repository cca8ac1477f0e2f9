/** Prints what a node costs in the engine, in memory and durable, beside Mastra and LangGraph. See README.md beside this file. */
import { median } from '../journal/workload.ts'
import { measureSync } from '../measure-sync.ts'
import { startDurableRuns } from './durable-runs.ts'
import { chain, diamonds, toPlan } from './flow-shapes.ts'
import { memoryRuns } from './memory-runs.ts'
import { measurePace, type Pace } from './pace.ts'
import { installPeers, startPeerChain } from './peer-chain.ts'

const MS = Number(process.env.BENCH_SECONDS ?? 2) * 1000
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const NODES = 100
const DIAMONDS = [4, 8, 11, 20]
/** Runs at the same time where a process has many: a worker under load has more. */
const LANES = 32

interface Subject {
  name: string
  measure(ms: number): Promise<Pace>
}

/** In turn, so that a neighbour on the machine disturbs all; the first round warms up. */
const takeTurns = async (subjects: readonly Subject[]): Promise<Pace[][]> => {
  const paces: Pace[][] = subjects.map(() => [])
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const pace = await subject.measure(MS)
      if (round > 0) paces[index]?.push(pace)
    }
  }
  return paces
}

const show = (paces: readonly Pace[], pick: (pace: Pace) => number, digits = 1): string =>
  median(paces.map(pick)).toFixed(digits)

/** Of one subject to another, round by round. */
const ratio = (of: readonly Pace[], to: readonly Pace[]): string => {
  const ratios = of.map((pace, round) => pace.wallUs / (to[round]?.wallUs ?? 1))
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)]
  return `**${median(ratios).toFixed(1)}x** (${low.toFixed(1)} .. ${high.toFixed(1)})`
}

const ours = (name: string, work: { once: () => Promise<void>; nodes: number; lanes?: number }): Subject => ({
  name,
  measure: (ms) => measurePace({ lanes: 1, ...work, ms }),
})

installPeers()
await using durable = await startDurableRuns()
await using mastra = startPeerChain({ library: 'mastra', store: 'none', steps: NODES })
await using mastraStored = startPeerChain({ library: 'mastra', store: 'memory', steps: NODES })
await using langgraph = startPeerChain({ library: 'langgraph', store: 'none', steps: NODES })
await using langgraphStored = startPeerChain({ library: 'langgraph', store: 'memory', steps: NODES })

const plan = toPlan(chain(NODES))
const chains: Subject[] = [
  ours('Orrery, in memory', { once: memoryRuns(plan, { frames: false }), nodes: NODES }),
  ours(`Orrery, on disk, ${LANES} runs at once`, { once: durable.runs(plan), nodes: NODES, lanes: LANES }),
  ours('Orrery, on disk, one run at a time', { once: durable.runs(plan), nodes: NODES }),
  { name: 'Mastra, no store', measure: mastra.measure },
  { name: 'Mastra, store in memory', measure: mastraStored.measure },
  { name: 'LangGraph, no saver', measure: langgraph.measure },
  { name: 'LangGraph, saver in memory', measure: langgraphStored.measure },
]

console.log(`${ROUNDS} rounds of ${MS / 1000} s each; fdatasync of 8 kB, p50: ${measureSync().toFixed(2)} ms\n`)
console.log(
  `| chain of ${NODES} | µs a node | processor µs a node | to Orrery in memory | to Orrery on disk, ${LANES} at once |`,
)
console.log('|---|---|---|---|---|')
const chainPaces = await takeTurns(chains)
for (const [index, { name }] of chains.entries()) {
  const paces = chainPaces[index] ?? []
  const [inMemory = [], onDisk = []] = chainPaces
  console.log(
    `| ${name} | ${show(paces, (pace) => pace.wallUs)} | ${show(paces, (pace) => pace.cpuUs)} | ${ratio(paces, inMemory)} | ${ratio(paces, onDisk)} |`,
  )
}

console.log(
  '\n| flow | nodes | paths | µs a run | with debug frames, µs a run | to a chain of as many nodes | the same with frames |',
)
console.log('|---|---|---|---|---|---|---|')
for (const count of DIAMONDS) {
  const nodes = 3 * count + 2
  const shapes = [toPlan(diamonds(count)), toPlan(chain(nodes))]
  // A node is the whole run here, so that the figures are those of runs.
  const subjects = [false, true].flatMap((frames) =>
    shapes.map((shape) => ours('', { once: memoryRuns(shape, { frames }), nodes: 1 })),
  )
  const [bare = [], bareChain = [], framed = [], framedChain = []] = await takeTurns(subjects)
  const cells = [
    `${count} diamonds in series`,
    nodes,
    2 ** count,
    show(bare, (pace) => pace.wallUs, 0),
    show(framed, (pace) => pace.wallUs, 0),
    ratio(bare, bareChain),
    ratio(framed, framedChain),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
