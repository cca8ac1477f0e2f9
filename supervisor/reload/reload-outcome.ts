import type { Strategy } from './batch-policy.ts'
import type { ReloadPlan } from './reload-policy.ts'

export interface ReloadRequest {
  strategy: Strategy
  /** Replaces everybody, also without a difference of the configuration: the program files may be others. */
  code: boolean
}

/**
 * - `unchanged`: there is no difference.
 * - `applied`: everything is as the configuration says.
 * - `invalid`: it cannot be understood; nothing was touched.
 * - `refused`: it can be applied by a new start only; nothing was touched.
 * - `rolled-back`: new workers were worse than the old ones; everything is as it was.
 */
export type ReloadResult = 'unchanged' | 'applied' | 'invalid' | 'refused' | 'rolled-back'

/** How a reload ended. */
export interface ReloadOutcome {
  result: ReloadResult
  /** Why it was not applied, one sentence each. */
  problems: string[]
  /** Absent when the configuration is invalid. */
  plan?: ReloadPlan
  elapsedMs: number
}

export const isApplied = ({ result }: Pick<ReloadOutcome, 'result'>): boolean =>
  result === 'applied' || result === 'unchanged'

/** What health and status show until a reload goes well; undefined after one that did. It is public, so it holds no values. Pure. */
export const describeTrouble = ({ result, problems, plan }: ReloadOutcome): string | undefined => {
  if (result === 'invalid')
    return `the last reload was not applied, the configuration is invalid: ${problems.join('; ')}`
  if (result === 'rolled-back') return `the last reload was taken back: ${problems.join('; ')}`
  if (result !== 'refused') return undefined
  const names = plan?.refused.map((reason) => reason.split(' ')[0]).join(', ')
  return `the last reload was not applied, only a new start can change ${names}`
}

/** A reload that is asked for while another one waits: what either wants. Pure. */
export const joinRequests = (earlier: ReloadRequest, later: ReloadRequest): ReloadRequest => ({
  strategy: later.strategy === 'blue-green' ? later.strategy : earlier.strategy,
  code: earlier.code || later.code,
})
