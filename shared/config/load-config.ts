import type { Static, TObject } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

/** All that is wrong with the settings, one line each. Never holds a value, since a value may be a secret. */
export class InvalidSettingsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`Bad settings:\n  ${problems.join('\n  ')}`)
    this.name = 'InvalidSettingsError'
    this.problems = problems
  }
}

/**
 * Reads settings once, at start. Reports every problem together, so that one failed start is enough to learn all that is missing.
 * Text becomes numbers and booleans as the schema asks; an empty text counts as absent.
 */
export const loadConfig = <Schema extends TObject>(
  schema: Schema,
  values: Record<string, unknown>,
): Readonly<Static<Schema>> => {
  const present = Object.fromEntries(
    Object.keys(schema.properties)
      .filter((name) => values[name] !== undefined && values[name] !== '')
      .map((name) => [name, values[name]]),
  )
  const candidate = Value.Default(schema, Value.Convert(schema, present))
  const problems = [...Value.Errors(schema, candidate)].map(
    (problem) => `${problem.path.slice(1)}: ${problem.schema.description ?? problem.message}`,
  )
  if (problems.length > 0) throw new InvalidSettingsError([...new Set(problems)])
  return Object.freeze(candidate as Static<Schema>) // safe: Value.Errors found nothing
}
