import { Type } from '@sinclair/typebox'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import type { VariableScope } from '../engine/flow-services.ts'
import type { NodeExecution } from '../engine/node-execution.ts'
import { defineNodeKind } from './node-kind.ts'

/**
 * Remembers values between the runs of one conversation: `set` keeps every input under its name, `get` gives the outputs their kept values, or
 * their defaults. A conversation is a flow, an app, a user and a chat id.
 */
export const nodeVariableNode = defineNodeKind({
  type: 'node-variable',
  handlesErrors: false,
  parameters: Type.Object({
    method: Type.Union([Type.Literal('set'), Type.Literal('get')]),
    flowId: Type.String({ minLength: 1 }),
  }),
  build({ id, inputs, outputs }, { method, flowId }) {
    const isSet = method === 'set'
    if (isSet && inputs.length === 0) throw new FlowProtocolError(`node ${id}, inputs: there is no variable to set`)
    const scopeOf = ({ run }: NodeExecution): VariableScope => ({
      flowId,
      appId: run.appId,
      uid: run.uid,
      chatId: run.chatId,
    })
    return {
      role: 'task',
      branches: false,
      // A repeated `set` writes the same values again.
      effect: isSet ? 'external' : 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.VARIABLE_NODE_FAILED,
      async execute(execution) {
        const { variables: store } = execution.services
        if (isSet) {
          await store.set(scopeOf(execution), execution.inputs)
          return { variables: {} }
        }
        const names = outputs.map((output) => output.name)
        const kept = await store.get(scopeOf(execution), names)
        const values = outputs.map(({ name, initial }) => [name, kept.has(name) ? kept.get(name) : initial])
        return { variables: Object.fromEntries(values) }
      },
    }
  },
})
