import { Type } from '@sinclair/typebox'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { defineNodeKind, type NodeSource } from './node-kind.ts'

const FIRST_MODE = 'first'

const groupSchema = Type.Object({
  output: Type.String({ minLength: 1 }),
  inputs: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
})

/**
 * Brings branches together: each output is the first of its inputs, in their order, whose node ran and gave something, or in mode `list` all of these.
 * Null is nothing. An output without a value has its initial one.
 */
export const variableAggregatorNode = defineNodeKind({
  type: 'variable-aggregator',
  handlesErrors: false,
  parameters: Type.Object({
    mode: Type.Union([Type.Literal(FIRST_MODE), Type.Literal('list')], { default: FIRST_MODE }),
    /** Which inputs are for which output. Outputs that no group names read all inputs. */
    groups: Type.Array(groupSchema, { default: [] }),
  }),
  build(node, { mode, groups }) {
    for (const [index, group] of groups.entries()) checkGroup(node, group, index)
    const inputsByOutput = new Map(groups.map(({ output, inputs }) => [output, inputs]))
    const plan = node.outputs.map(({ name }) => ({ name, inputs: inputsByOutput.get(name) ?? [...node.inputNames] }))
    return {
      role: 'task',
      branches: false,
      effect: 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.VARIABLE_NODE_FAILED,
      execute({ inputs, isPresent }) {
        const variables: Record<string, unknown> = {}
        for (const { name, inputs: names } of plan) {
          const given = names.filter((input) => isPresent(input) && (inputs[input] ?? null) !== null)
          if (mode !== FIRST_MODE) variables[name] = given.map((input) => inputs[input])
          else if (given[0] !== undefined) variables[name] = inputs[given[0]]
        }
        return { variables }
      },
    }
  },
})

const checkGroup = (
  { id, outputs, inputNames }: NodeSource,
  group: { output: string; inputs: string[] },
  index: number,
): void => {
  const refuse = (field: string, detail: string) =>
    new FlowProtocolError(`node ${id}, nodeParam /groups/${index}/${field}: ${detail}`)
  if (!outputs.some(({ name }) => name === group.output)) {
    throw refuse('output', `the node has no output ${group.output}`)
  }
  const unknown = group.inputs.find((input) => !inputNames.has(input))
  if (unknown !== undefined) throw refuse('inputs', `the node has no input ${unknown}`)
}
