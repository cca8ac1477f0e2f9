import type { OutputDeclaration, Plan } from './plan.ts'
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
    const fault = checkParameter(output, parameters)
    if (fault) return fault
  }
  return undefined
}

const checkParameter = (output: OutputDeclaration, parameters: Record<string, unknown>): WireResult | undefined => {
  const { name, fileType } = output
  if (fileType !== undefined && fileType !== 'file') return fileFault(`${name}: unknown file type ${fileType}`)
  if (Object.hasOwn(parameters, name)) {
    const fault = output.check(parameters[name])
    return fault === undefined ? undefined : startFault(fault)
  }
  if (!output.required) return undefined
  return fileType ? fileFault(`${name} is missing`) : startFault(`Field: ['required'], Error: '${name}' is missing`)
}

const startFault = (detail: string): WireResult => ({
  code: wireCodes.START_INPUT_INVALID.code,
  message: wireMessage(wireCodes.START_INPUT_INVALID, detail),
})

const fileFault = (detail: string): WireResult => ({
  code: wireCodes.FILE_VARIABLE_INVALID.code,
  message: wireMessage(wireCodes.FILE_VARIABLE_INVALID, detail),
})
