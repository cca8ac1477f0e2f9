import { Value } from '@sinclair/typebox/value'
import { SplittingInvalidError } from '../errors.ts'
import type { SplitSettings } from '../splitting/split-settings.ts'
import { SplittingChange } from '../splitting/splitting-schemas.ts'

/** Settings that came in a form, as JSON or parsed already. Throws SplittingInvalidError with the name of the wrong one. */
export const readFormSplitting = (given: unknown): Partial<SplitSettings> | undefined => {
  if (given === undefined || given === '') return undefined
  const settings = typeof given === 'string' ? parse(given) : given
  const wrong = Value.Errors(SplittingChange, settings).First()
  if (wrong) {
    const values: unknown = wrong.schema.enum
    const what = Array.isArray(values) ? `it has to be one of ${values.join(', ')}` : wrong.message.toLowerCase()
    throw new SplittingInvalidError(wrong.path.slice(1) || 'splitting', what)
  }
  return settings as Partial<SplitSettings>
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    throw new SplittingInvalidError('splitting', 'it has to be a JSON object')
  }
}
