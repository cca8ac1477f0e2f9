import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

const FAULTS_SHOWN_MAX = 5

/** The first faults of a value against a schema, as `<path>: <text>` joined by `; `. Undefined when it fits. */
export const describeFault = (schema: TSchema, value: unknown): string | undefined => {
  if (Value.Check(schema, value)) return undefined
  const faults: string[] = []
  for (const error of Value.Errors(schema, value)) {
    faults.push(`${error.path || '/'}: ${error.message}`)
    if (faults.length === FAULTS_SHOWN_MAX) break
  }
  return faults.join('; ')
}
