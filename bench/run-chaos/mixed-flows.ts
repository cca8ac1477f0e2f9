import { CHAOS_FLOWS, type ChaosFlow } from './chaos-flows.ts'

/** Flows by their weights, mixed alike in every hundred runs. */
const MIXED: readonly ChaosFlow[] = CHAOS_FLOWS.flatMap((flow) =>
  Array.from({ length: flow.weight }, (_, place) => ({ flow, place: (place + 0.5) / flow.weight })),
)
  .toSorted((a, b) => a.place - b.place)
  .map(({ flow }) => flow)

/** What the run of a number runs; two runs in a row, a streamed and a queued one, run the same. */
export const flowOf = (number: number): ChaosFlow => MIXED[Math.floor(number / 2) % MIXED.length] as ChaosFlow

/** What the run of a number is asked. Another attempt at it begins alike: `r7x1`. */
export const parameterOf = (number: number): string => `r${number}`

/** What a run with this parameter runs. */
export const flowAsked = (q: string): ChaosFlow => flowOf(Number(/^r(\d+)/.exec(q)?.[1]))
