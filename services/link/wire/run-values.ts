import { isJson } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import type { CallValues } from '../requests/call-values.ts'
import { LINK_CODES, WireError } from './wire-error.ts'
import type { RunBody } from './wire-requests.ts'

type Values = Record<string, unknown>
type Parts = Record<'header' | 'path' | 'query', Values> & { body: unknown }

/** A header that older flows carry for themselves alone. */
const OWN_HEADER = '@type'

/**
 * The parts of a message, each base64 of a JSON object; the body may be any JSON.
 * @throws WireError 30100 for one that is none
 */
export const decodeParts = (message: RunBody['payload']['message']): Parts => ({
  header: decodeObject('header', message.header),
  path: decodeObject('path', message.path),
  query: decodeObject('query', message.query),
  body: decode('body', message.body),
})

const decodeObject = (part: string, text: string | undefined): Values => {
  const value = decode(part, text) ?? {}
  if (!isJson(value)) throw new WireError(LINK_CODES.COMMON, `${part} is no JSON object in base64`)
  return { ...value }
}

const decode = (part: string, text: string | undefined): unknown => {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
  } catch {
    throw new WireError(LINK_CODES.COMMON, `${part} is no JSON in base64`)
  }
}

/**
 * The values of a call. The wire has no place for cookies: their parameters are taken from the headers by their names. An empty body is none.
 */
export const toCallValues = (operation: ToolOperation, parts: Parts): CallValues => {
  const isDeclared = (place: 'header' | 'cookie', name: string) =>
    operation.parameters.some((parameter) => parameter.place === place && parameter.name === name)
  const header: Values = {}
  const cookie: Values = {}
  for (const [name, value] of Object.entries(parts.header)) {
    if (name === OWN_HEADER) continue
    if (isDeclared('cookie', name) && !isDeclared('header', name)) cookie[name] = value
    else header[name] = value
  }
  const isEmpty = isJson(parts.body) && Object.keys(parts.body).length === 0
  const body = isEmpty ? undefined : parts.body
  return { path: parts.path, query: parts.query, header, cookie, body, contentType: undefined }
}
