import { AppError } from '#shared/errors/app-error.ts'
import { followReference } from './follow-reference.ts'
import { isJson, type Json, listOf, objectOf, textOf } from './json-values.ts'
import { isVersion30 } from './operation-schema.ts'
import { findOperations, readOperations } from './read-operations.ts'

/** What is wrong, and where, as a JSON path. */
export interface DocumentFault {
  readonly path: string
  readonly message: string
}

/** Operations of one document. */
export const OPERATIONS_MAX = 1_000

/** What makes a document none that can be used, whatever its operations are like. Pure. */
export const checkFrame = (document: Json): DocumentFault[] => {
  const faults: DocumentFault[] = []
  const need = (isThere: boolean, path: string, message: string) => {
    if (!isThere) faults.push({ path, message })
  }
  const { openapi, info, paths } = document
  need(typeof openapi === 'string', '$.openapi', "'openapi' is a required property")
  if (typeof openapi === 'string') {
    need(/^3\.\d+(\.|$)/.test(openapi), '$.openapi', `version ${openapi} is not supported, 3.x is`)
  }
  need(isJson(info), '$.info', "'info' is a required property")
  if (isJson(info)) {
    need(typeof info.title === 'string', '$.info.title', "'title' is a required property")
    need(typeof info.version === 'string', '$.info.version', "'version' is a required property")
  }
  need(isJson(paths) || (paths === undefined && !isVersion30(document)), '$.paths', "'paths' is a required property")
  for (const path of Object.keys(objectOf(paths))) {
    need(path.startsWith('/') || path.startsWith('x-'), `$.paths.${path}`, 'a path begins with /')
  }
  const count = findOperations(document).length
  need(count <= OPERATIONS_MAX, '$.paths', `${count} operations are more than ${OPERATIONS_MAX}`)
  return faults
}

/** Everything that the wire refuses a document for: its frame, its servers, and each of its operations. Pure. */
export const checkDocument = (document: Json): DocumentFault[] => {
  const faults = checkFrame(document)
  const urls = listOf(document.servers).map((server) => objectOf(server).url)
  if (!urls.some((url) => typeof url === 'string' && url !== '')) {
    faults.push({ path: '$.servers', message: 'at least one server with a url is needed' })
  }
  for (const { path, method, reason } of readOperations(document).problems) {
    faults.push({ path: `$.paths.${path}.${method.toLowerCase()}`, message: reason })
  }
  const ids = new Set<string>()
  for (const { path, method, operation } of findOperations(document)) {
    const where = `$.paths.${path}.${method}`
    const id = textOf(operation.operationId)
    if (id === '') faults.push({ path: where, message: 'operationId is missing or empty' })
    else if (ids.has(id)) faults.push({ path: where, message: `operationId '${id}' is there twice` })
    ids.add(id)
    if (isVersion30(document) && !isJson(operation.responses)) {
      faults.push({ path: where, message: "'responses' is a required property" })
    }
  }
  return [...faults, ...schemeFaults(document)]
}

const SCHEME_TYPES = ['apiKey', 'http', 'oauth2', 'openIdConnect', 'mutualTLS']

const schemeFaults = (document: Json): DocumentFault[] =>
  Object.entries(objectOf(objectOf(document.components).securitySchemes)).flatMap(([name, value]) => {
    const path = `$.components.securitySchemes.${name}`
    try {
      const { type } = objectOf(followReference(document, value))
      if (SCHEME_TYPES.includes(textOf(type))) return []
      return [{ path, message: `type is one of ${SCHEME_TYPES.join(', ')}` }]
    } catch (error) {
      if (error instanceof AppError) return [{ path, message: error.message }]
      throw error
    }
  })
