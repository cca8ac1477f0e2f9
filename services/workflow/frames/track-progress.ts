import { measureProgress } from '../definition/path-weights.ts'
import type { Plan, PlanNode } from '../definition/plan.ts'
import { isFollowed, type NodeOutcome } from '../engine/choose-edges.ts'

/** Progress of a run by node, 0 to 1, as its branches are decided. Computed again only after a decision, and only when asked. */
export interface ProgressTracker {
  of(node: number): number
  /** A node ended: edges that it does not follow are closed. */
  decide(node: PlanNode, outcome: NodeOutcome): void
  /** A node showed its first token: it can no longer take its exception branch. */
  begin(node: PlanNode): void
}

export const createProgressTracker = (plan: Plan): ProgressTracker => {
  const closed = new Set<number>()
  const begun = new Set<number>()
  let progress: Float64Array | undefined

  const pairKey = (source: number, target: number) => source * plan.nodes.length + target

  const close = (node: PlanNode, isOpen: (edge: PlanNode['edges'][number]) => boolean) => {
    const open = new Set(node.edges.filter(isOpen).map((edge) => edge.target))
    for (const { target } of node.edges) {
      if (open.has(target)) continue
      closed.add(pairKey(node.index, target))
      progress = undefined
    }
  }

  return {
    of(node) {
      progress ??= measureProgress(plan.weights, (source, target) => !closed.has(pairKey(source, target)))
      return progress[node] ?? 0
    },
    decide: (node, outcome) => close(node, (edge) => isFollowed(node, edge, outcome)),
    begin(node) {
      if (begun.has(node.index)) return
      begun.add(node.index)
      close(node, (edge) => !edge.onFailure)
    },
  }
}

const HUNDREDTHS = 100
const EIGHTHS = 8
const QUARTERS = 4

/** Two decimals as Python's `round` gives them: halves that a binary fraction holds exactly go to the even neighbour. */
export const roundProgress = (value: number): number => {
  const isExactHalf = Number.isInteger(value * EIGHTHS) && !Number.isInteger(value * QUARTERS)
  if (!isExactHalf) return Number(value.toFixed(2))
  const below = Math.floor(value * HUNDREDTHS)
  return (below % 2 === 0 ? below : below + 1) / HUNDREDTHS
}
