import type { InputBinding, Plan, PlanNode, ReferenceStep } from '../definition/plan.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from './node-error.ts'

/** Variables of finished nodes, by plan index. Nodes that did not run have none. */
export type VariablePool = (Readonly<Record<string, unknown>> | undefined)[]

/** Values of all inputs of a node. Throws NodeError (20600) for a reference that leads nowhere. */
export const resolveInputs = (plan: Plan, node: PlanNode, pool: VariablePool): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const input of node.inputs) values[input.name] = resolveInput(plan, input, pool)
  return values
}

export const resolveInput = (plan: Plan, input: InputBinding, pool: VariablePool): unknown => {
  switch (input.from) {
    case 'literal':
    case 'unreached':
      return input.value
    case 'broken':
      throw new NodeError(wireCodes.VARIABLE_READ_FAILED, input.reason)
    case 'node':
      return followSteps(readVariable(plan, input, pool), input.steps)
  }
}

const ERROR_VARIABLES: Readonly<Record<string, unknown>> = { errorCode: 0, errorMessage: '' }

const readVariable = (plan: Plan, input: { node: number; output: string }, pool: VariablePool): unknown => {
  const variables = pool[input.node]
  if (variables && Object.hasOwn(variables, input.output)) return variables[input.output]
  const declared = plan.nodes[input.node]?.outputs.find((output) => output.name === input.output)
  return declared ? declared.initial : ERROR_VARIABLES[input.output]
}

/** A path through an array of objects is taken in each of them. */
const followSteps = (value: unknown, steps: readonly ReferenceStep[]): unknown => {
  const [step, ...rest] = steps
  if (!step) return value
  if (Array.isArray(value)) return value.map((item) => followSteps(item, steps))
  const isPresent = typeof value === 'object' && value !== null && Object.hasOwn(value, step.key)
  return followSteps(isPresent ? (value as Record<string, unknown>)[step.key] : step.initial, rest)
}
