import { Type } from '@sinclair/typebox'
import { START_TYPE } from '../definition/build-graph.ts'
import { type WireResult, wireCodes } from '../definition/wire-codes.ts'
import type { TaskBehaviour } from '../engine/node-execution.ts'
import { defineNodeKind, type NodeSource } from './node-kind.ts'

/** Hands the parameters of its scope to the nodes behind it; its end frame shows them as inputs. */
export const createStartBehaviour = (outputs: NodeSource['outputs'], failure: WireResult): TaskBehaviour => ({
  role: 'task',
  branches: false,
  effect: 'none',
  streams: {},
  timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
  failure,
  execute({ parameters: given }) {
    const variables: Record<string, unknown> = {}
    for (const output of outputs) {
      variables[output.name] = Object.hasOwn(given, output.name) ? given[output.name] : output.initial
    }
    return { variables, shownInputs: variables, shownOutputs: {} }
  },
})

/** The flow's inputs. */
export const startNode = defineNodeKind({
  type: START_TYPE,
  handlesErrors: false,
  parameters: Type.Object({}),
  build: ({ outputs }) => createStartBehaviour(outputs, wireCodes.START_INPUT_INVALID),
})
