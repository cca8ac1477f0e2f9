/** What clients saw: how much of each kind of work, and how often each kind of failure. */
export interface Tally {
  did(kind: string, count?: number): void
  failed(kind: string): void
  readonly done: Readonly<Record<string, number>>
  readonly failures: Readonly<Record<string, number>>
  /** The first failures, with their time since the start in ms. */
  readonly examples: readonly string[]
}

const EXAMPLES_MAX = 20

export const createTally = (): Tally => {
  const startedAt = performance.now()
  const done: Record<string, number> = {}
  const failures: Record<string, number> = {}
  const examples: string[] = []
  return {
    done,
    failures,
    examples,
    did(kind, count = 1) {
      done[kind] = (done[kind] ?? 0) + count
    },
    failed(kind) {
      failures[kind] = (failures[kind] ?? 0) + 1
      if (examples.length < EXAMPLES_MAX) examples.push(`${Math.round(performance.now() - startedAt)} ms: ${kind}`)
    },
  }
}

export const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)
