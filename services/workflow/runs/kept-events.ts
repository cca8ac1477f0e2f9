import type { Plan } from '../definition/plan.ts'
import type { RunEvent } from '../engine/run-events.ts'

/** Waits have names of the run that they were in, and are over where a node completed. */
const KEPT: ReadonlySet<string> = new Set(['node-started', 'node-delta', 'model-delta', 'node-completed'])

/** Ids of these nodes and of all that follows them by any edge, taken or not. */
export const downstreamOf = (plan: Plan, nodeIds: readonly string[]): Set<string> => {
  const indexes = nodeIds.flatMap((nodeId) => plan.indexById.get(nodeId) ?? [])
  const reached = new Set(indexes)
  for (const index of reached) for (const edge of plan.nodes[index]?.edges ?? []) reached.add(edge.target)
  return new Set([...reached].flatMap((index) => plan.nodes[index]?.id ?? []))
}

/**
 * What another run of the same plan may take over from `events`: all that completed nodes of the flow itself did, in the order in which it happened.
 * Nothing of nodes that are to be executed again, of ones that did not complete, or of rounds inside nodes, whose results are in their node's.
 */
export const keptEvents = (plan: Plan, events: readonly RunEvent[], again: ReadonlySet<string>): RunEvent[] => {
  const completed = new Set<string>()
  for (const event of events) {
    if (event.type === 'node-completed' && !isInside(event) && plan.indexById.has(event.nodeId))
      completed.add(event.nodeId)
  }
  return events.filter((event) => {
    if (!('nodeId' in event) || isInside(event)) return false
    return completed.has(event.nodeId) && !again.has(event.nodeId) && KEPT.has(event.type)
  })
}

/** True for what happened in a round of an iteration, a loop or a sub-flow. */
export const isInside = (event: RunEvent): boolean => 'scope' in event && Boolean(event.scope)
