import type { ErrorObject, ValidateFunction } from 'ajv'
import { AnswerMismatchError } from '../errors.ts'
import { closeSchema } from '../openapi/close-schema.ts'
import type { Json } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import { isVersion30 } from '../openapi/operation-schema.ts'
import type { ReadAnswer } from './answer-text.ts'
import { isJsonType } from './media-type.ts'

/** What stands for a null where one simple type is expected. */
const DEFAULTS: Readonly<Record<string, () => unknown>> = {
  string: () => '',
  number: () => 0,
  integer: () => 0,
  object: () => ({}),
  array: () => [],
  boolean: () => false,
}
/** Putting a default in can bring its own nulls to light, a few levels down. */
const ROUNDS_MAX = 8
const FAULTS_MAX = 20

/**
 * Holds an answer against the schema that the called operation has for its status. A null where one simple type is expected becomes that type's default;
 * the answer with those is given back.
 * @throws AnswerMismatchError for everything else
 */
export const checkAnswer = async (
  document: Json,
  operation: ToolOperation,
  given: { status: number; answer: ReadAnswer },
): Promise<unknown> => {
  const schema = answerSchemaOf(operation, given.status)
  if (!given.answer.isJson || schema === undefined) return given.answer.exact
  const validate = await validatorOf(document, schema)
  if (!validate) return given.answer.exact
  const held = { value: given.answer.value, exact: given.answer.exact }
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (validate(held.value)) return held.exact
    const faults = validate.errors ?? []
    if (!faults.map((fault) => putDefault(held, fault)).includes(true)) throw mismatch(faults, held.value)
  }
  if (validate(held.value)) return held.exact
  throw mismatch(validate.errors ?? [], held.value)
}

/** The JSON schema for a status: its own, that of its class, or the default one. Undefined when nothing is said. */
const answerSchemaOf = ({ answers }: ToolOperation, status: number): Json | undefined => {
  const answer = [String(status), `${Math.floor(status / 100)}XX`, 'default']
    .map((key) => answers.find((known) => known.status.toUpperCase() === key.toUpperCase()))
    .find((known) => known !== undefined)
  const schema = answer?.contents.find(({ mediaType }) => isJsonType(mediaType))?.schema
  return schema && Object.keys(schema).length > 0 ? schema : undefined
}

/** By the schema as it stands in its document, which is read once. */
const validators = new WeakMap<Json, Promise<ValidateFunction | undefined>>()

const validatorOf = (document: Json, schema: Json): Promise<ValidateFunction | undefined> => {
  const known = validators.get(schema)
  if (known) return known
  const compiled = compile(document, schema)
  validators.set(schema, compiled)
  return compiled
}

const compile = async (document: Json, schema: Json): Promise<ValidateFunction | undefined> => {
  // Loaded by the first call that needs it: a worker without calls does not pay for it.
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateFormats: false,
    validateSchema: false,
    logger: false,
  })
  try {
    return ajv.compile(closeSchema(document, schema, { direction: 'response', isVersion30: isVersion30(document) }))
  } catch {
    return undefined // a schema that is none says nothing about answers
  }
}

/** True when the fault is a null that now is a default. */
const putDefault = (
  held: { value: unknown; exact: unknown },
  { keyword, params, instancePath }: ErrorObject,
): boolean => {
  const make = keyword === 'type' && typeof params.type === 'string' ? DEFAULTS[params.type] : undefined
  if (!make || valueAt(held.value, instancePath) !== null) return false
  held.value = withValueAt(held.value, instancePath, make())
  held.exact = withValueAt(held.exact, instancePath, make())
  return true
}

/** `/items/0/name` -> `items`, `0`, `name`. */
const keysOf = (pointer: string): string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

const valueAt = (value: unknown, pointer: string): unknown =>
  keysOf(pointer).reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value)

/** Puts a value in place, where everything around it is there. */
const withValueAt = (whole: unknown, pointer: string, value: unknown): unknown => {
  const keys = keysOf(pointer)
  const last = keys.pop()
  if (last === undefined) return value
  const parent = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], whole)
  ;(parent as Record<string, unknown>)[last] = value
  return whole
}

const mismatch = (faults: readonly ErrorObject[], value: unknown): AnswerMismatchError =>
  new AnswerMismatchError(
    faults.slice(0, FAULTS_MAX).map(({ instancePath, message }) => ({
      path: toJsonPath(instancePath, value),
      message: message ?? 'does not fit',
    })),
  )

/** `/items/0/name` -> `$.items[0].name` */
const toJsonPath = (pointer: string, whole: unknown): string => {
  let at: unknown = whole
  let path = '$'
  for (const key of keysOf(pointer)) {
    path += Array.isArray(at) ? `[${key}]` : `.${key}`
    at = (at as Record<string, unknown> | undefined)?.[key]
  }
  return path
}
