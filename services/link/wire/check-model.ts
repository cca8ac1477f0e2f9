import { isJson, type Json } from '../openapi/json-values.ts'

/**
 * The types that a body must have before anything else is looked at. `text` is a string, `whole` an integer, `map` an object of anything; a name with `?` may be
 * missing, with `|null` in its type may be null.
 */
export type Model = { readonly [name: string]: FieldType }
type FieldType = 'text' | 'whole' | 'map' | 'text|null' | 'whole|null' | Model | readonly [Model]

/** One complaint of HTTP 422, as the original's framework words it. */
export interface ModelFault {
  type: string
  loc: (string | number)[]
  msg: string
  input: unknown
}

/** What is missing or of another type in a body; empty when nothing is. Pure. */
export const checkModel = (
  model: Model,
  value: unknown,
  loc: readonly (string | number)[] = ['body'],
): ModelFault[] => {
  if (!isJson(value)) {
    const msg = 'Input should be a valid dictionary or object to extract fields from'
    return [{ type: 'model_attributes_type', loc: [...loc], msg, input: value }]
  }
  return Object.entries(model).flatMap(([key, type]) => checkField(key, type, { value, loc }))
}

const checkField = (
  key: string,
  type: FieldType,
  { value, loc }: { value: Json; loc: readonly (string | number)[] },
): ModelFault[] => {
  const name = key.replace(/\?$/, '')
  const at = [...loc, name]
  if (!Object.hasOwn(value, name)) {
    return key.endsWith('?') ? [] : [{ type: 'missing', loc: at, msg: 'Field required', input: value }]
  }
  const field = value[name]
  if (Array.isArray(type)) {
    if (!Array.isArray(field))
      return [{ type: 'list_type', loc: at, msg: 'Input should be a valid list', input: field }]
    return field.flatMap((item, index) => checkModel(type[0] as Model, item, [...at, index]))
  }
  if (typeof type !== 'string') return checkModel(type as Model, field, at)
  if (field === null && type.endsWith('|null')) return []
  const scalar = SCALARS[type.replace('|null', '') as keyof typeof SCALARS]
  return scalar.fits(field) ? [] : [{ type: scalar.type, loc: at, msg: scalar.msg, input: field }]
}

const SCALARS = {
  text: {
    type: 'string_type',
    msg: 'Input should be a valid string',
    fits: (value: unknown) => typeof value === 'string',
  },
  whole: {
    type: 'int_type',
    msg: 'Input should be a valid integer',
    fits: (value: unknown) => Number.isInteger(value),
  },
  map: { type: 'dict_type', msg: 'Input should be a valid dictionary', fits: isJson },
} as const
