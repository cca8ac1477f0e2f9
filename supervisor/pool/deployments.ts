import type { Settings } from '#shared/config/settings.ts'
import type { PoolPlan } from './pool-layout.ts'

/** What is decided by the configuration and can be changed while Orrery runs. */
export interface Deployment {
  settings: Settings
  pools: readonly PoolPlan[]
}

/** Which deployment processes are of. While one is rolled out, it is that of some slots only; a process that dies comes back as what its slot is. */
export interface Deployments {
  readonly current: Deployment
  /** That of processes that are started for a slot from now on; undefined when it is the current one. */
  staged(pool: string, slot: number): Deployment | undefined
  /** Processes of a slot, or of a whole pool, are of another deployment from now on. */
  stage(place: StagedPlace, next: Deployment): void
  /** They are of the current one again. */
  unstage(place: StagedPlace): void
  /** The deployment holds for everybody. */
  become(next: Deployment): void
}

export interface StagedPlace {
  pool: string
  /** All slots of the pool when absent. */
  slot?: number
}

export const createDeployments = (first: Deployment): Deployments => {
  const staged = new Map<string, Deployment>()
  let current = first
  return {
    get current() {
      return current
    },
    staged: (pool, slot) => staged.get(keyOf({ pool, slot })) ?? staged.get(keyOf({ pool })),
    stage: (place, next) => void staged.set(keyOf(place), next),
    unstage: (place) => void staged.delete(keyOf(place)),
    become(next) {
      current = next
      staged.clear()
    },
  }
}

const keyOf = ({ pool, slot }: StagedPlace): string => (slot === undefined ? pool : `${pool}/${slot}`)
