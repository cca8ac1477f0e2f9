import type { ProcessTree } from '../pool/process-tree.ts'

/** The process tree as a reload changes it. */
export type RolledTree = Pick<
  ProcessTree,
  'pools' | 'gateways' | 'deployments' | 'rotation' | 'addPool' | 'removePool' | 'listenAs'
>

export interface RollOutTiming {
  /** A new worker that is not ready within this time has failed. */
  readyMsMax: number
  /** The first new worker of each pool is watched for this long. Metrics come with heartbeats, so it must be some of those. */
  firstWatchMs: number
  /** Those after it. */
  watchMs: number
  /** How long each step of a blue-green shift lasts. */
  stepMs: number
}

export const ROLL_OUT_TIMING: RollOutTiming = { readyMsMax: 8_000, firstWatchMs: 1_500, watchMs: 600, stepMs: 1_000 }
