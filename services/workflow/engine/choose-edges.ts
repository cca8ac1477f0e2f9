import type { PlanEdge, PlanNode } from '../definition/plan.ts'

/** How a node ended, as far as its edges care. */
export interface NodeOutcome {
  readonly handle?: string | undefined
  readonly failed?: boolean | undefined
}

/**
 * Whether a finished node's edge is followed: exception edges after a failure only, the chosen handle's edges of a branching node, every
 * plain edge of the others (their handles mean nothing).
 */
export const isFollowed = (node: PlanNode, edge: PlanEdge, outcome: NodeOutcome): boolean => {
  if (edge.onFailure !== (outcome.failed === true)) return false
  if (edge.onFailure) return true
  const branches = node.behaviour.role === 'task' && node.behaviour.branches
  return !branches || edge.handle === outcome.handle
}
