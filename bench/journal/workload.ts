import type { Subject } from './subjects.ts'

export interface Workload {
  name: string
  /** Runs at the same time. */
  runs: number
  /** Nodes of a run, two events each. */
  nodes: number
  /** Where a run waits until its events are on disk. */
  barrier: 'node' | 'run'
}

export interface WorkloadResult {
  nodesPerSecond: number
  barrierMs: number[]
}

const PAYLOAD_WORDS = 40
const words = [
  'flow',
  'node',
  'input',
  'output',
  'model',
  'answer',
  'token',
  'chunk',
  'branch',
  'value',
  'score',
  'text',
]

/** Some 250 characters that compress about as well as real text. */
const payload = (): string =>
  Array.from({ length: PAYLOAD_WORDS }, () => words[Math.floor(Math.random() * words.length)]).join(' ')

/** Executes runs one after the other on each of `runs` lanes until the time is over. */
export const runWorkload = async (subject: Subject, workload: Workload, ms: number): Promise<WorkloadResult> => {
  const texts = Array.from({ length: 64 }, payload)
  const barrierMs: number[] = []
  const startedAt = performance.now()
  let nodes = 0

  const wait = async (barrier: () => Promise<void>) => {
    const waitsFrom = performance.now()
    await barrier()
    barrierMs.push(performance.now() - waitsFrom)
  }
  const lane = async () => {
    while (performance.now() - startedAt < ms) {
      const run = subject.start()
      for (let node = 0; node < workload.nodes; node += 1) {
        run.append({ type: 'node-started', text: texts[node % texts.length] ?? '' })
        run.append({ type: 'node-completed', text: texts[(node + 7) % texts.length] ?? '' })
        if (workload.barrier === 'node') await wait(run.durable)
      }
      await wait(run.finish)
      nodes += workload.nodes
    }
  }
  await Promise.all(Array.from({ length: workload.runs }, lane))
  return { nodesPerSecond: (nodes * 1000) / (performance.now() - startedAt), barrierMs }
}

export const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * (percent / 100))] ?? Number.NaN

export const median = (values: readonly number[]): number => percentile(values, 50)
