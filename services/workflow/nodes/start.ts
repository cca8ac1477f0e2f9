import { Type } from '@sinclair/typebox'
import { START_TYPE } from '../definition/build-graph.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { defineNodeKind } from './node-kind.ts'

/** Hands the request's parameters to the flow; its end frame shows them as inputs. */
export const startNode = defineNodeKind({
  type: START_TYPE,
  handlesErrors: false,
  parameters: Type.Object({}),
  build: ({ outputs }) => ({
    role: 'task',
    branches: false,
    effect: 'none',
    streams: {},
    timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
    failure: wireCodes.START_INPUT_INVALID,
    execute({ run }) {
      const variables: Record<string, unknown> = {}
      for (const output of outputs) {
        const given = Object.hasOwn(run.parameters, output.name)
        variables[output.name] = given ? run.parameters[output.name] : output.initial
      }
      return { variables, shownInputs: variables, shownOutputs: {} }
    },
  }),
})
