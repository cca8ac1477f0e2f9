import type { InputBinding, Plan, PlanNode, ReferenceStep } from '../definition/plan.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from './node-error.ts'

/** What the nodes of one scope gave out. A scope sees the scopes around it. */
export interface VariablePool {
  readonly plan: Plan
  /** Variables of finished nodes, by plan index. Nodes that did not run have none. */
  readonly values: (Readonly<Record<string, unknown>> | undefined)[]
  readonly outer: VariablePool | undefined
}

/** Values of all inputs of a node. Throws NodeError (20600) for a reference that leads nowhere. */
export const resolveInputs = (node: PlanNode, pool: VariablePool): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const input of node.inputs) values[input.name] = resolveInput(input, pool)
  return values
}

export const resolveInput = (input: InputBinding, pool: VariablePool): unknown => {
  switch (input.from) {
    case 'literal':
    case 'unreached':
      return input.value
    case 'broken':
      throw new NodeError(wireCodes.VARIABLE_READ_FAILED, input.reason)
    case 'node':
      return followSteps(readVariable(pool, input), input.steps)
    case 'outer':
      return followSteps(readVariable(poolAbove(pool, input.levels), input), input.steps)
  }
}

/** Whether the value of an input was really given by someone. */
export const isGiven = (input: InputBinding, pool: VariablePool): boolean => {
  switch (input.from) {
    case 'literal':
      return true
    case 'unreached':
    case 'broken':
      return false
    case 'node':
      return hasWritten(pool, input)
    case 'outer':
      return hasWritten(poolAbove(pool, input.levels), input)
  }
}

/** A node that failed into its exception branch ran, and gave nothing but its error. */
const hasWritten = (pool: VariablePool | undefined, input: { node: number; output: string }): boolean => {
  const variables = pool?.values[input.node]
  return variables !== undefined && (Object.hasOwn(variables, input.output) || input.output in ERROR_VARIABLES)
}

const poolAbove = (pool: VariablePool, levels: number): VariablePool | undefined => {
  let found: VariablePool | undefined = pool
  for (let level = 0; level < levels; level += 1) found = found?.outer
  return found
}

const ERROR_VARIABLES: Readonly<Record<string, unknown>> = { errorCode: 0, errorMessage: '' }

const readVariable = (pool: VariablePool | undefined, input: { node: number; output: string }): unknown => {
  const variables = pool?.values[input.node]
  if (variables && Object.hasOwn(variables, input.output)) return variables[input.output]
  const declared = pool?.plan.nodes[input.node]?.outputs.find((output) => output.name === input.output)
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
