import { type Static, Type } from '@sinclair/typebox'
import type { Plan } from '../../definition/plan.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import type { ContainerRun, RoundEnd, TaskBehaviour } from '../../engine/node-execution.ts'
import { ComparisonError, compareOperators, compareValues } from '../compare-values.ts'
import { defineNodeKind, type NodeSource } from '../node-kind.ts'
import { createStartBehaviour } from '../start.ts'

const ROUNDS_MAX = 10_000
const ROUNDS_DEFAULT = 100
const BREAK_TYPE = 'loop-break'

const conditionSchema = Type.Object({
  /** A state variable. */
  variable: Type.String({ minLength: 1 }),
  compareOperator: Type.Union(compareOperators.map((operator) => Type.Literal(operator))),
  value: Type.Optional(Type.Unknown()),
})

const parametersSchema = Type.Object({
  LoopStartNodeId: Type.String({ minLength: 1 }),
  maxRounds: Type.Integer({ default: ROUNDS_DEFAULT, minimum: 1, maximum: ROUNDS_MAX }),
  /** Looked at after each round; the loop ends when it holds. Without conditions it never does. */
  breakWhen: Type.Object(
    {
      logicalOperator: Type.Union([Type.Literal('and'), Type.Literal('or')], { default: 'and' }),
      conditions: Type.Array(conditionSchema, { default: [] }),
    },
    { default: { logicalOperator: 'and', conditions: [] } },
  ),
})

type LoopParameters = Static<typeof parametersSchema>

/**
 * Runs its body again and again, with a state that each round hands to the next. Its inputs are the first state; the body's start node gives out the
 * state (and `index`, the number of the round from 0), its end node takes what changed. Ends by its condition, at a `loop-break`, or after `maxRounds`.
 * Its outputs are state variables, and `rounds`, their number.
 */
export const loopNode = defineNodeKind({
  type: 'loop',
  handlesErrors: false,
  parameters: parametersSchema,
  build: (node, parameters) => ({
    role: 'container',
    branches: false,
    streams: {},
    timeout: { limits: 'gap', result: wireCodes.NODE_RUN_FAILED },
    failure: wireCodes.ITERATION_FAILED,
    bodyStart: parameters.LoopStartNodeId,
    open: ({ inputs, body }) => repeat({ node, parameters, state: { ...inputs }, body: body as Plan }),
  }),
})

const repeat = (options: {
  node: NodeSource
  parameters: LoopParameters
  state: Record<string, unknown>
  body: Plan
}): ContainerRun => {
  const { node, parameters, body } = options
  const breaks = new Set(body.nodes.filter(({ type }) => type === BREAK_TYPE).map(({ id }) => id))
  let { state } = options
  let begun = 0
  let rounds = 0
  let isOver = false

  return {
    next() {
      if (begun > rounds) return []
      const index = begun
      begun += 1
      return [{ key: String(index), plan: body, parameters: { ...state, index } }]
    },
    ended(_key: string, end: RoundEnd) {
      if (end.failure) throw new NodeError(end.failure)
      rounds += 1
      state = { ...state, ...end.outputs }
      isOver = rounds === parameters.maxRounds || end.endedBy.some((id) => breaks.has(id)) || holds(parameters, state)
    },
    result() {
      if (!isOver) return undefined
      const values: Record<string, unknown> = { ...state, rounds }
      const given = node.outputs.filter(({ name }) => Object.hasOwn(values, name))
      return { variables: Object.fromEntries(given.map(({ name }) => [name, values[name]])) }
    },
  }
}

/** A comparison that is impossible does not hold, as in branches. */
const holds = ({ breakWhen }: LoopParameters, state: Readonly<Record<string, unknown>>): boolean => {
  const { conditions, logicalOperator } = breakWhen
  if (conditions.length === 0) return false
  const isTrue = ({ variable, compareOperator, value }: (typeof conditions)[number]): boolean => {
    try {
      return compareValues(compareOperator, state[variable], value)
    } catch (error) {
      if (error instanceof ComparisonError) return false
      throw error
    }
  }
  return logicalOperator === 'and' ? conditions.every(isTrue) : conditions.some(isTrue)
}

/** Gives the state to the round. */
export const loopStartNode = defineNodeKind({
  type: 'loop-node-start',
  handlesErrors: false,
  parameters: Type.Object({}),
  build: ({ outputs }) => createStartBehaviour(outputs, wireCodes.ITERATION_FAILED),
})

/** What a node at the end of a round does: its inputs are the round's results. */
export const roundEndBehaviour: TaskBehaviour = {
  role: 'task',
  branches: false,
  effect: 'none',
  streams: {},
  timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
  failure: wireCodes.ITERATION_FAILED,
  ends: true,
  execute: ({ inputs }) => ({ variables: {}, shownInputs: {}, shownOutputs: { ...inputs } }),
}

/** Its inputs replace the state variables of the same names. */
export const loopEndNode = defineNodeKind({
  type: 'loop-node-end',
  handlesErrors: false,
  parameters: Type.Object({}),
  build: () => roundEndBehaviour,
})

/** Like the end of a round; the loop ends with this round. */
export const loopBreakNode = defineNodeKind({
  type: BREAK_TYPE,
  handlesErrors: false,
  parameters: Type.Object({}),
  build: () => roundEndBehaviour,
})
