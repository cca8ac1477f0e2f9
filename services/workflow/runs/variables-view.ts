import type { RunEvent } from '../engine/run-events.ts'

/** What one node read and gave, as it was recorded. */
export interface NodeVariables {
  nodeId: string
  /** The round of an iteration, a loop or a sub-flow that the node is in; '' in the flow itself. */
  scope: string
  inputs: Record<string, unknown>
  outputs: Record<string, unknown>
  errorOutputs: Record<string, unknown>
  /** What later nodes read of it. */
  variables: Record<string, unknown>
  /** The branch that it chose; null for nodes without branches. */
  branch: string | null
}

/** Of every node that completed, in the order in which they did. */
export const toVariables = (events: readonly RunEvent[]): NodeVariables[] =>
  events.flatMap((event) =>
    event.type === 'node-completed'
      ? {
          nodeId: event.nodeId,
          scope: event.scope ?? '',
          inputs: event.inputs,
          outputs: event.outputs,
          errorOutputs: event.errorOutputs,
          variables: event.variables,
          branch: event.handle ?? null,
        }
      : [],
  )
