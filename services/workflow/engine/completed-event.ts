import type { PlanNode } from '../definition/plan.ts'
import type { NodeResult } from './node-execution.ts'
import { elapsedMs, type NodeState } from './node-state.ts'
import type { NodeCompleted } from './run-events.ts'
import { storeOutputs } from './store-outputs.ts'

/** The event of a node that gave a result. Throws NodeError when a task's result does not fit its declared outputs. */
export const completedEvent = (node: PlanNode, state: NodeState, result: NodeResult): NodeCompleted => {
  const variables = node.behaviour.role !== 'output' ? storeOutputs(node, result.variables) : {}
  return {
    ...emptyEvent(node, state),
    inputs: result.shownInputs ?? state.inputs,
    outputs: result.shownOutputs ?? variables,
    variables,
    content: result.content ?? '',
    reasoning: result.reasoning ?? '',
    ...(result.rawOutput !== undefined && { rawOutput: result.rawOutput }),
    ...(result.usage && { usage: result.usage }),
    ...(result.innerUsage && { innerUsage: result.innerUsage }),
    ...(result.streamedFrom !== undefined && { streamedFrom: result.streamedFrom }),
    ...(result.handle !== undefined && { handle: result.handle }),
  }
}

/** The event of a node that failed and goes on by its error handling. */
export const fallbackEvent = (
  node: PlanNode,
  state: NodeState,
  fallback: Pick<NodeCompleted, 'outputs' | 'errorOutputs' | 'variables' | 'failed'>,
): NodeCompleted => ({ ...emptyEvent(node, state), ...fallback })

const emptyEvent = (node: PlanNode, state: NodeState): NodeCompleted => ({
  type: 'node-completed',
  nodeId: node.id,
  inputs: state.inputs,
  outputs: {},
  errorOutputs: {},
  variables: {},
  content: '',
  reasoning: '',
  executedMs: elapsedMs(state),
})
