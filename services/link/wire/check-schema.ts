import { isJson, type Json } from '../openapi/json-values.ts'
import { pythonText, quote } from './python-text.ts'

/** As much of JSON Schema draft 7 as the wire's requests are described in. */
export interface WireSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer'
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, WireSchema>>
  readonly additionalProperties?: false
  readonly items?: WireSchema
  readonly enum?: readonly unknown[]
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  /** A property, and those that must be there with it. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>
  /** At least one of these properties must be there. */
  readonly anyOf?: readonly { readonly required: readonly string[] }[]
}

/** What a value does not fit, as the wire tells it: `path: $.a[0], message: 'name' is a required property`. Empty when it fits. Pure. */
export const checkSchema = (schema: WireSchema, value: unknown, path = '$'): string[] => {
  if (schema.type !== undefined && !isOfType(schema.type, value)) {
    return [fault(path, `${pythonText(value)} is not of type ${quote(schema.type)}`)]
  }
  if (schema.enum && !schema.enum.includes(value)) {
    return [fault(path, `${pythonText(value)} is not one of ${pythonText([...schema.enum])}`)]
  }
  if (typeof value === 'string') return checkText(schema, value, path)
  if (Array.isArray(value)) return checkList(schema, value, path)
  return isJson(value) ? checkObject(schema, value, path) : []
}

const fault = (path: string, message: string): string => `path: ${path}, message: ${message}`

const isOfType = (type: WireSchema['type'], value: unknown): boolean => {
  if (type === 'object') return isJson(value)
  if (type === 'array') return Array.isArray(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === 'string'
}

const checkText = ({ minLength = 0, maxLength, pattern }: WireSchema, value: string, path: string): string[] => {
  const { length } = [...value]
  if (length < minLength) return [fault(path, `${pythonText(value)} is too short`)]
  if (maxLength !== undefined && length > maxLength) return [fault(path, `${pythonText(value)} is too long`)]
  const fits = pattern === undefined || new RegExp(pattern).test(value)
  return fits ? [] : [fault(path, `${pythonText(value)} does not match ${quote(pattern ?? '')}`)]
}

const checkList = ({ minItems = 0, maxItems, items }: WireSchema, value: unknown[], path: string): string[] => {
  if (value.length < minItems) return [fault(path, `${pythonText(value)} is too short`)]
  if (maxItems !== undefined && value.length > maxItems) return [fault(path, `${pythonText(value)} is too long`)]
  return items ? value.flatMap((item, index) => checkSchema(items, item, `${path}[${index}]`)) : []
}

const checkObject = (schema: WireSchema, value: Json, path: string): string[] => {
  const isThere = (name: string) => Object.hasOwn(value, name)
  const missing = (schema.required ?? [])
    .filter((name) => !isThere(name))
    .map((name) => fault(path, `${quote(name)} is a required property`))
  const unexpected = Object.keys(value).filter((name) => !Object.hasOwn(schema.properties ?? {}, name))
  const strangers =
    schema.additionalProperties === false && unexpected.length > 0
      ? [
          fault(
            path,
            `Additional properties are not allowed (${unexpected.map(quote).join(', ')} ${unexpected.length > 1 ? 'were' : 'was'} unexpected)`,
          ),
        ]
      : []
  const dependent = Object.entries(schema.dependencies ?? {}).flatMap(([name, needed]) =>
    needed
      .filter((other) => isThere(name) && !isThere(other))
      .map((other) => fault(path, `${quote(other)} is a dependency of ${quote(name)}`)),
  )
  const isAny = !schema.anyOf || schema.anyOf.some(({ required }) => required.every(isThere))
  const none = isAny ? [] : [fault(path, `${pythonText(value)} is not valid under any of the given schemas`)]
  const within = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    isThere(name) ? checkSchema(property, value[name], `${path}.${name}`) : [],
  )
  return [...missing, ...strangers, ...dependent, ...none, ...within]
}
