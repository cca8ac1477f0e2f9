import type { PlanNode } from '../definition/plan.ts'
import type { NodeWait } from './node-execution.ts'
import { elapsedMs, type NodeState } from './node-state.ts'
import type { NodeWaiting } from './run-events.ts'

/** The event of a node that waits. */
export const waitingEvent = (
  node: PlanNode,
  { state, eventId, wait }: { state: NodeState; eventId: string; wait: NodeWait['wait'] },
): NodeWaiting => ({
  type: 'node-waiting',
  nodeId: node.id,
  eventId,
  alias: node.alias,
  ...(wait.question && { question: wait.question }),
  ...(wait.wakeAt !== undefined && { wakeAt: wait.wakeAt }),
  ...(wait.memory !== undefined && { memory: wait.memory }),
  executedMs: elapsedMs(state),
})
