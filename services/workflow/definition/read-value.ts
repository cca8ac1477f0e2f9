import type { Static, TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'

const FAULTS_SHOWN_MAX = 5

export type ReadResult<Schema extends TSchema> = { readonly value: Static<Schema> } | { readonly fault: string }

/**
 * Makes a reader of outside values: checks against the schema, fills in defaults, and, like the original, takes numbers and booleans given as
 * text for what they say. A single value where a list belongs, and a fraction where an integer belongs, are faults. Faults come as `<path>: <text>` joined by `; `. Input is never changed.
 */
export const createValueReader = <Schema extends TSchema>(
  schema: Schema,
  options: {
    defaults: boolean
    /** How a JSON pointer into the input is shown; as it is when left out. */
    place?: (pointer: string, input: unknown) => string
  },
): ((input: unknown) => ReadResult<Schema>) => {
  // Compiled at the first use: a process that never meets this kind of value does not pay for it.
  let compiled: ReturnType<typeof TypeCompiler.Compile<Schema>> | undefined
  return (input) => {
    compiled ??= TypeCompiler.Compile(schema)
    const value: unknown = options.defaults ? undoGuesses(input, Value.Default(schema, Value.Clone(input))) : input
    if (compiled.Check(value)) return { value: value as Static<Schema> }
    const converted: unknown = undoGuesses(value, Value.Convert(schema, Value.Clone(value)))
    if (compiled.Check(converted)) return { value: converted as Static<Schema> }
    const faults: string[] = []
    for (const error of compiled.Errors(converted)) {
      const place = options.place?.(error.path, input) ?? (error.path || '/')
      faults.push(`${place}: ${error.message}`)
      if (faults.length === FAULTS_SHOWN_MAX) break
    }
    return { fault: faults.join('; ') }
  }
}

/**
 * What fills in defaults and converts also makes lists of single values, one out of lists and objects, and cuts fractions off: there, what was given
 * comes back. Changes `made`.
 */
const undoGuesses = (given: unknown, made: unknown): unknown => {
  if (isLossy(given, made)) return given
  if (!isContainer(given) || !isContainer(made)) return made
  for (const [key, value] of Object.entries(made)) {
    const kept = undoGuesses(given[key], value)
    if (kept !== value) made[key] = kept
  }
  return made
}

const isLossy = (given: unknown, made: unknown): boolean => {
  if (given === undefined) return false
  if (isContainer(made)) return Array.isArray(made) !== Array.isArray(given)
  if (typeof made !== 'number') return false
  return (typeof given === 'number' || typeof given === 'string') && Number(given) !== made
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
