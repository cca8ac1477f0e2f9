import type { Static, TSchema } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Value } from '@sinclair/typebox/value'

const FAULTS_SHOWN_MAX = 5

export type ReadResult<Schema extends TSchema> = { readonly value: Static<Schema> } | { readonly fault: string }

/**
 * Makes a reader of outside values: checks against the schema, fills in defaults, and, like the original, takes numbers and booleans given as
 * text for what they say. Faults come as `<path>: <text>` joined by `; `. Input is never changed.
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
    const value: unknown = options.defaults ? Value.Default(schema, Value.Clone(input)) : input
    if (compiled.Check(value)) return { value: value as Static<Schema> }
    const converted: unknown = Value.Convert(schema, Value.Clone(value))
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
