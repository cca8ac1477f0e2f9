import { Type } from '@sinclair/typebox'
import type { OutputDeclaration } from '../../definition/plan.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import type { NodeExecution } from '../../engine/node-execution.ts'
import { ToolCallError } from '../../errors.ts'
import { defineNodeKind } from '../node-kind.ts'
import { findOperation } from './find-operation.ts'
import { toToolResult } from './link-codes.ts'
import { findBusinessValues, placeValues } from './place-values.ts'

/**
 * Runs an operation of a tool by the tool hub; outputs are the keys of its answer. The hub's failures keep their codes (21800 to 21812). The app is the
 * one that owns the flow, whatever `appId` says.
 */
export const pluginNode = defineNodeKind({
  type: 'plugin',
  handlesErrors: true,
  parameters: Type.Object({
    pluginId: Type.String({ minLength: 1 }),
    operationId: Type.String({ minLength: 1 }),
    appId: Type.String({ minLength: 1 }),
    businessInput: Type.Array(Type.String(), { default: [] }),
    version: Type.String({ default: 'V1.0', minLength: 1 }),
  }),
  build({ outputs }, { pluginId: toolId, operationId, businessInput, version }) {
    const run = async ({ inputs, services, idempotencyKey, signal }: NodeExecution): Promise<string> => {
      const document = await services.tools.schemaOf({ toolId, version, signal })
      const operation = findOperation(document, operationId)
      if (!operation) {
        const detail = `${toolId} ${version} has no operation ${operationId}`
        throw new NodeError(wireCodes.TOOL_OPERATION_NOT_FOUND, detail)
      }
      const business = findBusinessValues(businessInput, inputs)
      const message = placeValues(document, operation, { action: inputs, business })
      return services.tools.run({ toolId, operationId, version, message, idempotencyKey, signal })
    }

    return {
      role: 'task',
      branches: false,
      effect: 'external',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.PLUGIN_NODE_FAILED,
      async execute(execution) {
        const text = await run(execution).catch((error: unknown) => {
          if (!(error instanceof ToolCallError)) throw error
          throw new NodeError(toToolResult(error), error.message, { cause: error })
        })
        return { variables: readOutputs(text, outputs), rawOutput: text }
      },
    }
  },
})

/** The wire's rule for answers of tools: what is missing or has another type becomes the output's initial value. */
const readOutputs = (text: string, outputs: readonly OutputDeclaration[]): Record<string, unknown> => {
  const answer = parseAnswer(text)
  return Object.fromEntries(
    outputs.map(({ name, initial, check }) => {
      const isGiven = Object.hasOwn(answer, name) && check(answer[name]) === undefined
      return [name, isGiven ? answer[name] : initial]
    }),
  )
}

const parseAnswer = (text: string): Record<string, unknown> => {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (error) {
    throw new NodeError(wireCodes.PLUGIN_NODE_FAILED, 'the answer of the tool is no JSON', { cause: error })
  }
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer)
    ? (answer as Record<string, unknown>)
    : {}
}
