import { AppError } from '#shared/errors/app-error.ts'
import { followReference } from './follow-reference.ts'
import { isJson, type Json, listOf, objectOf, textOf } from './json-values.ts'
import { METHODS, type ToolAnswer, type ToolBody, type ToolOperation } from './operation.ts'
import { readContents, readParameters } from './read-parameter.ts'
import { addressOf, type ServerChoice, type ServerList, serverListOf } from './read-servers.ts'

/** An operation that cannot be called, and why. */
export interface OperationProblem {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly reason: string
}

/**
 * Every operation of an OpenAPI 3 document, in its order; what cannot be understood is a problem of that operation alone. Pure.
 * @param choices of servers; the first of each list where none is made
 */
export const readOperations = (
  document: Json,
  choices: readonly ServerChoice[] = [],
): { operations: ToolOperation[]; problems: OperationProblem[] } => {
  const operations: ToolOperation[] = []
  const problems: OperationProblem[] = []
  for (const found of findOperations(document)) {
    try {
      operations.push(readOperation(document, found, choices))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const { path, operation } = found
      const method = found.method.toUpperCase()
      problems.push({ operationId: textOf(operation.operationId), method, path, reason: error.message })
    }
  }
  return { operations, problems }
}

/** The operation of that id, or undefined. @throws ReferenceInvalidError, CallInvalidError when it cannot be understood */
export const readOperationOf = (
  document: Json,
  operationId: string,
  choices: readonly ServerChoice[],
): ToolOperation | undefined => {
  const found = findOperations(document).find(({ operation }) => operation.operationId === operationId)
  return found && readOperation(document, found, choices)
}

interface FoundOperation {
  readonly path: string
  readonly method: string
  readonly item: Json
  readonly operation: Json
}

/** Operations as they are written, whatever they hold. A path item that refers to nothing has none. */
export const findOperations = (document: Json): FoundOperation[] =>
  Object.entries(objectOf(document.paths)).flatMap(([path, value]) => {
    const item = pathItemOf(document, value)
    return METHODS.flatMap((method) => {
      const operation = item[method]
      return isJson(operation) ? [{ path, method, item, operation }] : []
    })
  })

/** Lists of servers that count for at least one operation, each with the ids of those; in the document's order. Pure. */
export const findServerLists = (document: Json): (ServerList & { operationIds: string[] })[] => {
  const lists = new Map<string, ServerList & { operationIds: string[] }>()
  for (const found of findOperations(document)) {
    const list = serverListOf(document, found)
    if (!list) continue
    const known = lists.get(list.place) ?? { ...list, operationIds: [] }
    known.operationIds.push(textOf(found.operation.operationId))
    lists.set(list.place, known)
  }
  return [...lists.values()]
}

/** A path item with what it refers to; fields beside the reference stand over those there. */
export const pathItemOf = (document: Json, value: unknown): Json => {
  const { $ref, ...fields } = objectOf(value)
  if (typeof $ref !== 'string') return fields
  try {
    return { ...objectOf(followReference(document, { $ref })), ...fields }
  } catch (error) {
    if (error instanceof AppError) return fields
    throw error
  }
}

const readOperation = (document: Json, found: FoundOperation, choices: readonly ServerChoice[]): ToolOperation => {
  const { path, method, item, operation } = found
  const servers = serverListOf(document, found)
  return {
    operationId: textOf(operation.operationId),
    method: method.toUpperCase(),
    path,
    summary: textOf(operation.summary) || textOf(item.summary),
    description: textOf(operation.description) || textOf(item.description),
    deprecated: operation.deprecated === true,
    server: servers && addressOf(servers, choices),
    parameters: readParameters(document, item.parameters, operation.parameters),
    body: readBody(document, operation.requestBody),
    security: readSecurity(operation.security ?? document.security),
    answers: readAnswers(document, operation.responses),
  }
}

const readBody = (document: Json, value: unknown): ToolBody | undefined => {
  if (value === undefined) return undefined
  const fields = objectOf(followReference(document, value))
  return {
    required: fields.required === true,
    description: textOf(fields.description),
    contents: readContents(document, fields.content),
  }
}

const readSecurity = (value: unknown): ToolOperation['security'] =>
  listOf(value).map((alternative) =>
    Object.fromEntries(
      Object.entries(objectOf(alternative)).map(([scheme, scopes]) => [scheme, listOf(scopes).map(String)]),
    ),
  )

const readAnswers = (document: Json, value: unknown): ToolAnswer[] =>
  Object.entries(objectOf(value)).map(([status, answer]) => ({
    status,
    contents: readContents(document, objectOf(followReference(document, answer)).content),
  }))
