import { DocumentUnreadableError } from '../errors.ts'
import { isJson, type Json } from './json-values.ts'

/** Of the text; what is larger describes more than anybody calls. */
export const DOCUMENT_BYTES_MAX = 5 * 1_024 * 1_024
/** Objects in objects: far more than OpenAPI needs, far less than would take the stack. */
const DEPTH_MAX = 100
/** Anchors of YAML that may be used: a few multiply into more than fits anywhere. */
const ALIASES_MAX = 100

export type DocumentSyntax = 'json' | 'yaml' | 'either'

/**
 * Reads the text of a document. JSON is read as JSON even where YAML is allowed, which it is a part of.
 * @throws DocumentUnreadableError when it is too large or too deep, neither JSON nor YAML, or no object
 */
export const parseDocument = async (text: string, syntax: DocumentSyntax): Promise<Json> => {
  if (Buffer.byteLength(text) > DOCUMENT_BYTES_MAX) {
    throw new DocumentUnreadableError(`it is larger than ${DOCUMENT_BYTES_MAX} bytes`)
  }
  const document = await parse(text, syntax)
  if (!isJson(document)) throw new DocumentUnreadableError('it is no object')
  if (!isShallow(document, 0)) throw new DocumentUnreadableError(`it is nested more than ${DEPTH_MAX} deep`)
  return document
}

const parse = async (text: string, syntax: DocumentSyntax): Promise<unknown> => {
  if (syntax !== 'yaml' || /^\s*\{/.test(text)) {
    try {
      return JSON.parse(text)
    } catch (error) {
      if (syntax === 'json') throw new DocumentUnreadableError(`it is no JSON: ${messageOf(error)}`)
    }
  }
  // Loaded by the first document that needs it: a worker that reads none does not pay for it.
  const yaml = await import('yaml')
  try {
    const read: unknown = yaml.parse(text, { maxAliasCount: ALIASES_MAX, prettyErrors: false, merge: true })
    return JSON.parse(JSON.stringify(read)) // dates, sets and the like become what JSON has
  } catch (error) {
    throw new DocumentUnreadableError(`it is no YAML: ${messageOf(error)}`)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300)

const isShallow = (value: unknown, depth: number): boolean => {
  if (typeof value !== 'object' || value === null) return true
  return depth < DEPTH_MAX && Object.values(value).every((part) => isShallow(part, depth + 1))
}
