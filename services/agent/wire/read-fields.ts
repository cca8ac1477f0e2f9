import { InvalidRequestError, missing } from './invalid-request.ts'

/**
 * Reads fields of a JSON body as the wire's original did (pydantic's lax mode): numbers and booleans may come as text, text never as
 * anything else. Each function throws InvalidRequestError for what it cannot read; an absent field gives the default.
 */
export type Fields = Readonly<Record<string, unknown>>

export const readObject = (fields: Fields, name: string, options: { required?: boolean } = {}): Fields => {
  const value = fields[name]
  if (value === undefined) {
    if (options.required) throw missing(name)
    return {}
  }
  if (!isFields(value)) {
    throw new InvalidRequestError(
      'model_attributes_type',
      name,
      'Input should be a valid dictionary or object to extract fields from',
    )
  }
  return value
}

export const readText = (
  fields: Fields,
  name: string,
  limits: { fallback?: string; charsMin?: number; charsMax?: number } = {},
): string => {
  const value = fields[name]
  if (value === undefined && limits.fallback !== undefined) return limits.fallback
  if (value === undefined) throw missing(name)
  if (typeof value !== 'string') throw new InvalidRequestError('string_type', name, 'Input should be a valid string')
  const chars = [...value].length
  const { charsMin = 0, charsMax = Number.POSITIVE_INFINITY } = limits
  if (chars < charsMin) {
    throw new InvalidRequestError(
      'string_too_short',
      name,
      `String should have at least ${plural(charsMin, 'character')}`,
    )
  }
  if (chars > charsMax) {
    throw new InvalidRequestError(
      'string_too_long',
      name,
      `String should have at most ${plural(charsMax, 'character')}`,
    )
  }
  return value
}

export const readInteger = (
  fields: Fields,
  name: string,
  limits: { fallback?: number; minimum?: number; maximum?: number } = {},
): number => {
  const value = fields[name]
  if (value === undefined && limits.fallback !== undefined) return limits.fallback
  if (value === undefined) throw missing(name)
  const number = toNumber(value)
  if (number === undefined) {
    throw typeof value === 'string'
      ? new InvalidRequestError(
          'int_parsing',
          name,
          'Input should be a valid integer, unable to parse string as an integer',
        )
      : new InvalidRequestError('int_type', name, 'Input should be a valid integer')
  }
  if (!Number.isInteger(number)) {
    throw new InvalidRequestError(
      'int_from_float',
      name,
      'Input should be a valid integer, got a number with a fractional part',
    )
  }
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = limits
  if (number < minimum) {
    throw new InvalidRequestError('greater_than_equal', name, `Input should be greater than or equal to ${minimum}`)
  }
  if (number > maximum) {
    throw new InvalidRequestError('less_than_equal', name, `Input should be less than or equal to ${maximum}`)
  }
  return number
}

export const readNumber = (fields: Fields, name: string, fallback: number): number => {
  const value = fields[name]
  if (value === undefined) return fallback
  const number = toNumber(value)
  if (number !== undefined) return number
  throw typeof value === 'string'
    ? new InvalidRequestError(
        'float_parsing',
        name,
        'Input should be a valid number, unable to parse string as a number',
      )
    : new InvalidRequestError('float_type', name, 'Input should be a valid number')
}

export const readBoolean = (fields: Fields, name: string, fallback: boolean): boolean => {
  const value = fields[name]
  if (value === undefined) return fallback
  if (typeof value === 'boolean') return value
  const text = String(value).toLowerCase()
  if (['true', '1', 'yes', 'on', 't', 'y'].includes(text)) return true
  if (['false', '0', 'no', 'off', 'f', 'n'].includes(text)) return false
  throw typeof value === 'string' || typeof value === 'number'
    ? new InvalidRequestError('bool_parsing', name, 'Input should be a valid boolean, unable to interpret input')
    : new InvalidRequestError('bool_type', name, 'Input should be a valid boolean')
}

/** A list of texts; its errors name the position, as the original's did. */
export const readTexts = (fields: Fields, name: string): string[] =>
  readList(fields, name).map((item, position) => {
    if (typeof item === 'string') return item
    throw new InvalidRequestError('string_type', position, 'Input should be a valid string')
  })

export const readList = (fields: Fields, name: string): unknown[] => {
  const value = fields[name]
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new InvalidRequestError('list_type', name, 'Input should be a valid list')
  return value
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const toNumber = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'string' || !/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(value)) return undefined
  return Number(value)
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
