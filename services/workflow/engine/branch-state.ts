import type { Plan, PlanEdge, PlanNode } from '../definition/plan.ts'
import { isFollowed, type NodeOutcome } from './choose-edges.ts'

/** What a decision sets free: nodes whose turn has come, and nodes that will never run. */
export interface BranchChanges {
  ready: number[]
  skipped: number[]
}

/**
 * Which nodes may run, by one pending counter a node: it falls with each incoming edge that was followed or closed, and at zero the node runs if
 * any was followed, or else is skipped and closes its own edges. Each edge is settled once, so a run costs O(V+E).
 */
export interface BranchState {
  /** A node ended. */
  settle(node: PlanNode, outcome: NodeOutcome): BranchChanges
  /** A node showed its first token, so its exception edges are closed before it ends. */
  begin(node: PlanNode): BranchChanges
}

export const createBranchState = (plan: Plan): BranchState => {
  const pending = Int32Array.from(plan.nodes, (node) => node.incoming)
  const followed = new Uint8Array(plan.nodes.length)
  const begun = new Uint8Array(plan.nodes.length)

  const settleEdge = (edge: PlanEdge, isTaken: boolean, changes: BranchChanges) => {
    const { target } = edge
    if (isTaken) followed[target] = 1
    const left = (pending[target] ?? 0) - 1
    pending[target] = left
    if (left === 0) (followed[target] ? changes.ready : changes.skipped).push(target)
  }

  const closeSkipped = (changes: BranchChanges): BranchChanges => {
    // The list grows while it is walked: a skipped node may be the last hope of the next.
    for (const index of changes.skipped) {
      for (const edge of plan.nodes[index]?.edges ?? []) settleEdge(edge, false, changes)
    }
    return changes
  }

  return {
    settle(node, outcome) {
      const changes: BranchChanges = { ready: [], skipped: [] }
      for (const edge of node.edges) {
        if (edge.onFailure && begun[node.index]) continue
        settleEdge(edge, isFollowed(node, edge, outcome), changes)
      }
      return closeSkipped(changes)
    },
    begin(node) {
      const changes: BranchChanges = { ready: [], skipped: [] }
      if (begun[node.index]) return changes
      begun[node.index] = 1
      for (const edge of node.edges) if (edge.onFailure) settleEdge(edge, false, changes)
      return closeSkipped(changes)
    },
  }
}
