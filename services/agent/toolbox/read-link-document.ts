import type { ToolDefinition } from '#shared/models/chat-model.ts'
import type { LinkOperation } from '../loop/link-operation.ts'
import { type Fields, isFields } from '../wire/read-fields.ts'
import {
  type LinkPart,
  type Marking,
  markedFrom,
  NO_PART,
  readMarkedBody,
  readParameters,
  readPlainBody,
  unmarkedFrom,
} from './link-fields.ts'
import { followReference } from './link-schema.ts'

/** An operation of a document, as a tool. */
export interface LinkTool {
  definition: ToolDefinition
  operation: LinkOperation
  /** False for methods that only read (RFC 9110, section 9.2.1). */
  hasEffect: boolean
}

const METHODS = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options', 'trace'] as const
const SAFE_METHODS: readonly string[] = ['get', 'head', 'options', 'trace']
/** Headers that credentials and bodies bring with them: never a model's. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['authorization', 'content-type', 'accept', 'cookie'])

/** The operations of an OpenAPI document that have an `operationId`, each as a tool. Pure. */
export const readLinkDocument = (document: Fields): LinkTool[] => {
  if (!isFields(document.paths)) return []
  return Object.values(document.paths).flatMap((path) => {
    if (!isFields(path)) return []
    return METHODS.flatMap((method) => {
      const operation = path[method]
      return isFields(operation) ? readOperation(document, operation, { method, shared: path.parameters }) : []
    })
  })
}

const readOperation = (document: Fields, operation: Fields, at: { method: string; shared: unknown }): LinkTool[] => {
  const { operationId } = operation
  if (typeof operationId !== 'string' || operationId === '') return []
  const parameters = [...listOf(document, at.shared), ...listOf(document, operation.parameters)]
  const bodySchema = bodySchemaOf(document, operation.requestBody)
  const isMarked = holdsMarker(parameters) || holdsMarker(bodySchema)
  const marking = isMarked ? markedFrom : unmarkedFrom
  const { header, ...shown } = readParts(document, { parameters, bodySchema, marking, isMarked })
  const parts = isMarked ? Object.values(shown) : [...Object.values(shown), header]
  const properties = Object.assign({}, ...parts.map((part) => part.properties)) as Record<string, unknown>
  const required = [...new Set(parts.flatMap((part) => part.required))].filter((name) => name in properties)
  return [
    {
      definition: {
        name: operationId,
        description: textOf(operation.description) || textOf(operation.summary),
        parameters: { type: 'object', properties, required },
      },
      operation: {
        operationId,
        path: shown.path.fields,
        query: shown.query.fields,
        header: header.fields,
        body: shown.body.fields,
        sendsNull: isMarked,
      },
      hasEffect: !SAFE_METHODS.includes(at.method),
    },
  ]
}

const readParts = (
  document: Fields,
  read: { parameters: Fields[]; bodySchema: Fields; marking: Marking; isMarked: boolean },
): Record<'path' | 'query' | 'body' | 'header', LinkPart> => {
  const { parameters, bodySchema, marking, isMarked } = read
  const headers = isMarked ? parameters : parameters.filter(({ name }) => !NOT_SHOWN.has(String(name).toLowerCase()))
  const at = (place: string) => readParameters(document, parameters, { place, marking, shown: true })
  return {
    // A path cannot be called without its values, so a document that says nothing of them leaves them to the model.
    path: readParameters(document, parameters, { place: 'path', marking: pathMarking(marking), shown: true }),
    query: at('query'),
    header: readParameters(document, headers, { place: 'header', marking, shown: !isMarked }),
    body: isMarked ? readMarkedBody(document, bodySchema) : plainBody(document, bodySchema),
  }
}

const pathMarking =
  (marking: Marking): Marking =>
  (schema, around) => {
    const from = marking(schema, around)
    return from === 'any' ? 'model' : from
  }

const plainBody = (document: Fields, schema: Fields): LinkPart =>
  isFields(schema.properties) ? readPlainBody(document, schema) : NO_PART

const listOf = (document: Fields, value: unknown): Fields[] =>
  Array.isArray(value) ? value.map((item) => followReference(document, item)) : []

/** Of the JSON form where there is one, of the first form otherwise. */
const bodySchemaOf = (document: Fields, requestBody: unknown): Fields => {
  const { content } = followReference(document, requestBody)
  if (!isFields(content)) return {}
  const form = content['application/json'] ?? Object.values(content)[0]
  return isFields(form) ? followReference(document, form.schema) : {}
}

const holdsMarker = (value: unknown): boolean => /"x-(display|from)":/.test(JSON.stringify(value))

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
