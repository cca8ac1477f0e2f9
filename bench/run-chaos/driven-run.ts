import type { Tally } from '../chaos/tally.ts'
import type { ChaosFlow } from './chaos-flows.ts'
import type { RunApi } from './run-api.ts'

/** What all drivers of runs share. */
export interface Driving {
  api: RunApi
  tally: Tally
  flowIds: ReadonlyMap<string, string>
  /** True when the gateway was killed a moment ago: only then a client's connection may break. */
  gatewayDied(): boolean
  /** What each accepted run was asked, by its id. */
  accepted: Map<string, string>
  /** Parameters of starts whose answer never came, and which are not repeated: their run may exist, and must end too. */
  abandoned: Set<string>
}

/** One run that the bench wants. */
export interface WantedRun {
  flow: ChaosFlow
  /** Unlike that of any other run. */
  q: string
}

/** No run takes so long, however much is killed: one that does counts as stuck. */
export const RUN_MS_MAX = 180_000
/** Between two attempts at what was refused for a passing reason. */
export const AGAIN_MS = 100
const THINKING_MS_MAX = 1_500

/** How long somebody takes to answer. */
export const think = (): Promise<void> => Bun.sleep(Math.random() * THINKING_MS_MAX)

export const startBody = ({ flowIds }: Driving, { flow, q }: WantedRun) => ({
  flowId: flowIds.get(flow.name) ?? '',
  parameters: { q },
})
