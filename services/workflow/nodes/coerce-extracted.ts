import type { OutputDeclaration } from '../definition/plan.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'

/**
 * Extracted values by output. What is missing gets the output's initial value. A required value of another type is brought to its own; an
 * optional one that does not fit is as good as missing. Throws NodeError (21900) when a required one cannot be brought to its type.
 */
export const coerceExtracted = (
  values: Readonly<Record<string, unknown>>,
  outputs: readonly OutputDeclaration[],
): Record<string, unknown> => {
  const coerced: Record<string, unknown> = {}
  for (const output of outputs) {
    const value = Object.hasOwn(values, output.name) ? values[output.name] : undefined
    coerced[output.name] = value === undefined || value === null ? output.initial : fit(value, output)
  }
  return coerced
}

const fit = (value: unknown, output: OutputDeclaration): unknown => {
  if (!output.check(value)) return value
  if (!output.required) return output.initial
  const converted = convert(value, output.schema.type)
  const fault = output.check(converted)
  if (fault) throw new NodeError(wireCodes.EXTRACTION_FAILED, fault)
  return converted
}

const convert = (value: unknown, type: unknown): unknown => {
  switch (type) {
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
    case 'integer': {
      const number = toNumber(value)
      return number === undefined ? value : Math.trunc(number)
    }
    case 'number':
      return toNumber(value) ?? value
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value
    case 'array':
      return [value]
    default:
      return value
  }
}

/** Undefined for what is no finite number. */
const toNumber = (value: unknown): number | undefined => {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
