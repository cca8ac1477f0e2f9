import type { Plan, PlanNode } from '../definition/plan.ts'
import type { RunEvent } from '../engine/run-events.ts'
import { MockInvalidError } from './errors.ts'

/** Results that stand in for those of nodes, which are then not executed. */
export interface Mocks {
  /** By node id: its declared outputs by name. */
  mocks: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** By id of a mocked node that branches: the branch that it takes. */
  mockBranches: Readonly<Record<string, string>>
}

/**
 * Mocked nodes as the first events of a run: completed before they began, so that the engine takes their results when their turn comes. Nodes in
 * bodies of iterations and sub-flows cannot be mocked one by one, nor nodes that show text. Throws MockInvalidError.
 */
export const mockedEvents = (plan: Plan, { mocks, mockBranches }: Mocks): RunEvent[] => {
  const stray = Object.keys(mockBranches).find((nodeId) => !Object.hasOwn(mocks, nodeId))
  if (stray !== undefined) throw new MockInvalidError(stray, 'has a branch in mockBranches, but no outputs in mocks')
  return Object.entries(mocks).flatMap(([nodeId, outputs]): RunEvent[] => {
    const node = mockableNode(plan, nodeId)
    checkOutputs(node, outputs)
    const handle = branchOf(node, mockBranches[nodeId])
    return [
      { type: 'node-started', nodeId },
      {
        type: 'node-completed',
        nodeId,
        inputs: {},
        outputs,
        errorOutputs: {},
        variables: outputs,
        content: '',
        reasoning: '',
        ...(handle !== undefined && { handle }),
        executedMs: 0,
      },
    ]
  })
}

const mockableNode = (plan: Plan, nodeId: string): PlanNode => {
  const index = plan.indexById.get(nodeId)
  const node = index === undefined ? undefined : plan.nodes[index]
  if (!node) throw new MockInvalidError(nodeId, 'is no node of this flow that a run can reach')
  if (index === plan.start) throw new MockInvalidError(nodeId, 'takes the parameters of the run: give those instead')
  if (node.behaviour.role === 'output') throw new MockInvalidError(nodeId, 'shows text of other nodes: mock those')
  return node
}

const checkOutputs = (node: PlanNode, outputs: Readonly<Record<string, unknown>>): void => {
  for (const name of Object.keys(outputs)) {
    const declared = node.outputs.find((output) => output.name === name)
    if (!declared) throw new MockInvalidError(node.id, `declares no output ${name}`)
    const fault = declared.check(outputs[name])
    if (fault) throw new MockInvalidError(node.id, `declares output ${name} otherwise: ${fault}`)
  }
  const missing = node.outputs.find((output) => output.required && !Object.hasOwn(outputs, output.name))
  if (missing) throw new MockInvalidError(node.id, `needs a value of output ${missing.name}`)
}

const branchOf = (node: PlanNode, wanted: string | undefined): string | undefined => {
  const branches = node.behaviour.role === 'task' && node.behaviour.branches
  if (!branches) {
    if (wanted === undefined) return undefined
    throw new MockInvalidError(node.id, 'has no branches')
  }
  const handles = [...new Set(node.edges.filter((edge) => !edge.onFailure).map((edge) => edge.handle))]
  if (wanted !== undefined && handles.includes(wanted)) return wanted
  throw new MockInvalidError(node.id, `needs one of its branches in mockBranches: ${handles.join(', ')}`)
}
