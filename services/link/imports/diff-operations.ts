import { closeSchema } from '../openapi/close-schema.ts'
import type { Json } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import { inputSchemaOf, isVersion30 } from '../openapi/operation-schema.ts'
import { readOperations } from '../openapi/read-operations.ts'

/** Ids of operations, by what a new version did to them. */
export interface OperationDiff {
  added: string[]
  removed: string[]
  changed: string[]
}

/** Compares two documents by what calling their operations means; texts for people do not count. Pure. */
export const diffOperations = (before: Json, after: Json): OperationDiff => {
  const old = meaningsOf(before)
  const fresh = meaningsOf(after)
  return {
    added: [...fresh.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !fresh.has(id)),
    changed: [...fresh].filter(([id, meaning]) => old.has(id) && old.get(id) !== meaning).map(([id]) => id),
  }
}

const meaningsOf = (document: Json): Map<string, string> =>
  new Map(
    readOperations(document).operations.map((operation) => [operation.operationId, meaningOf(document, operation)]),
  )

const meaningOf = (document: Json, operation: ToolOperation): string => {
  const { method, path, server, parameters, body, security, answers } = operation
  const purpose = { direction: 'response', isVersion30: isVersion30(document) } as const
  return JSON.stringify(
    {
      method,
      path,
      server,
      security,
      styles: parameters.map(({ name, place, style, explode, mediaType }) => ({
        name,
        place,
        style,
        explode,
        mediaType,
      })),
      types: body?.contents.map(({ mediaType, encoding }) => ({ mediaType, encoding })),
      input: inputSchemaOf(document, operation),
      answers: answers.map(({ status, contents }) => ({
        status,
        contents: contents.map(({ mediaType, schema }) => ({
          mediaType,
          schema: closeSchema(document, schema, purpose),
        })),
      })),
    },
    (key, value: unknown) => (key === 'description' && typeof value === 'string' ? undefined : value),
  )
}
