import { LiteralError, parsePythonLiteral } from './parse-python-literal.ts'

type ValueType = 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'object'

const isOfType: Record<ValueType, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  // The original's language counts booleans as integers.
  integer: (value) => Number.isInteger(value) || typeof value === 'boolean',
  number: (value) => typeof value === 'number' || typeof value === 'boolean',
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

/**
 * Brings a literal input to its declared type, at compile time. Texts are read as literals; for booleans, everything but `false` and `False`
 * is true. Throws LiteralError.
 */
export const coerceLiteral = (type: ValueType, content: unknown): unknown => {
  if (isOfType[type](content)) return content
  if (type === 'boolean') return content !== 'false' && content !== 'False'
  if (typeof content === 'string') return parsePythonLiteral(content)
  if (type === 'string') return content
  throw new LiteralError(`the literal is not of type ${type}`)
}
