import type { Plan } from './plan.ts'
import { type WireResult, wireCodes, wireMessage } from './wire-codes.ts'

/**
 * Checks a request's start inputs against the start node's outputs. Returns the wire's code and message of the first fault: unknown, missing or
 * of the wrong type (22500), a faulty file variable (23602). Undefined when all is well.
 */
export const validateParameters = (plan: Plan, parameters: Record<string, unknown>): WireResult | undefined => {
  const outputs = plan.nodes[plan.start]?.outputs ?? []
  const names = new Set(outputs.map((output) => output.name))
  const unknown = Object.keys(parameters).find((name) => !names.has(name))
  if (unknown !== undefined) {
    return startFault(`Field: ['additionalProperties'], Error: '${unknown}' is no input of this flow`)
  }
  for (const output of outputs) {
    if (output.fileType !== undefined && output.fileType !== 'file') {
      return fileFault(`${output.name}: unknown file type ${output.fileType}`)
    }
    if (!Object.hasOwn(parameters, output.name)) {
      if (!output.required) continue
      if (output.fileType) return fileFault(`${output.name} is missing`)
      return startFault(`Field: ['required'], Error: '${output.name}' is missing`)
    }
    const fault = output.check(parameters[output.name])
    if (fault) return startFault(fault)
  }
  return undefined
}

/** The values with which a flow starts: what was given, and the defaults of what was not. */
export const completeParameters = (plan: Plan, parameters: Record<string, unknown>): Record<string, unknown> => {
  const outputs = plan.nodes[plan.start]?.outputs ?? []
  return Object.fromEntries(
    outputs.map((output) => [
      output.name,
      Object.hasOwn(parameters, output.name) ? parameters[output.name] : output.initial,
    ]),
  )
}

const startFault = (detail: string): WireResult => ({
  code: wireCodes.START_INPUT_INVALID.code,
  message: wireMessage(wireCodes.START_INPUT_INVALID, detail),
})

const fileFault = (detail: string): WireResult => ({
  code: wireCodes.FILE_VARIABLE_INVALID.code,
  message: wireMessage(wireCodes.FILE_VARIABLE_INVALID, detail),
})
