import { type Static, Type } from '@sinclair/typebox'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeExecution, NodeResult } from '../engine/node-execution.ts'
import { compareOperators, compareValues } from './compare-values.ts'
import { defineNodeKind } from './node-kind.ts'

const ELSE_LEVEL = 999
const CASES_MIN = 2

const conditionSchema = Type.Object({
  leftVarIndex: Type.String(),
  rightVarIndex: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  compareOperator: Type.Union(compareOperators.map((operator) => Type.Literal(operator))),
})

const caseSchema = Type.Object({
  id: Type.String({ pattern: '^branch_one_of::' }),
  level: Type.Integer({ minimum: 1 }),
  logicalOperator: Type.Union([Type.Literal('and'), Type.Literal('or')]),
  conditions: Type.Array(conditionSchema),
})

type BranchCase = Static<typeof caseSchema>

/** What the end frame tells about a condition that was looked at. */
interface ConditionReport {
  actual_value: unknown
  expected_value: unknown
  comparison_operator: string
}

interface CaseReport {
  matched: boolean
  conditions: ConditionReport[]
  fault: string | undefined
}

/** Chooses the first case, in order, whose conditions hold. A case of level 999 is the else branch; a case that throws does not match. */
export const ifElseNode = defineNodeKind({
  type: 'if-else',
  handlesErrors: false,
  parameters: Type.Object({ cases: Type.Array(caseSchema, { minItems: CASES_MIN }) }),
  build({ inputs }, { cases }) {
    const nameById = new Map(inputs.map((input) => [input.id, input.name]))
    return {
      role: 'task',
      branches: true,
      effect: 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.BRANCH_FAILED,
      execute: ({ inputs: values }) => chooseCase(cases, nameById, values),
    }
  },
})

const chooseCase = (
  cases: readonly BranchCase[],
  nameById: ReadonlyMap<string, string>,
  values: NodeExecution['inputs'],
): NodeResult => {
  const missed: CaseReport[] = []
  for (const branch of cases) {
    if (branch.level === ELSE_LEVEL) return { ...reportMissed(missed), variables: {}, handle: branch.id }
    const report = evaluateCase(branch, nameById, values)
    if (report.matched) {
      const shownInputs = { conditions: report.conditions }
      return { variables: {}, shownInputs, shownOutputs: { res: true }, handle: branch.id }
    }
    missed.push(report)
  }
  // Without an else branch the last case is taken although it does not hold, unless it could not even be evaluated.
  const last = missed.at(-1)
  if (last?.fault !== undefined) throw new NodeError(wireCodes.BRANCH_FAILED, last.fault)
  return { ...reportMissed(missed), variables: {}, handle: cases.at(-1)?.id ?? '' }
}

const evaluateCase = (
  branch: BranchCase,
  nameById: ReadonlyMap<string, string>,
  values: NodeExecution['inputs'],
): CaseReport => {
  const read = (id: string | null | undefined): unknown => {
    if (id === null || id === undefined || id === '') return null
    const name = nameById.get(id)
    if (name === undefined) throw new Error(`no input has the id ${id}`)
    return values[name]
  }
  const isAnd = branch.logicalOperator === 'and'
  const conditions: ConditionReport[] = []
  try {
    for (const { leftVarIndex, rightVarIndex, compareOperator } of branch.conditions) {
      const left = read(leftVarIndex)
      const right = read(rightVarIndex)
      conditions.push({ actual_value: left, expected_value: right, comparison_operator: compareOperator })
      const holds = compareValues(compareOperator, left, right)
      if (holds !== isAnd) return { matched: holds, conditions, fault: undefined }
    }
    return { matched: isAnd, conditions, fault: undefined }
  } catch (error) {
    return { matched: false, conditions, fault: error instanceof Error ? error.message : String(error) }
  }
}

/** The end frame's form for cases that were passed over. The keys, with their blanks, are the wire's. */
const reportMissed = (
  missed: readonly CaseReport[],
): { shownInputs: Record<string, unknown>; shownOutputs: Record<string, unknown> } => ({
  shownInputs: Object.fromEntries(
    missed.map((report, index) => [`Branch ${index + 1} inputs: `, { conditions: report.conditions }]),
  ),
  shownOutputs: Object.fromEntries(
    missed.map((report, index) => [`Branch ${index + 1} errors: `, report.fault ?? 'no error, but not execute it.']),
  ),
})
