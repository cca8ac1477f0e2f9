import { DocumentUnreadableError } from '../errors.ts'
import { isJson, type Json } from './json-values.ts'

/** Of the text; what is larger describes more than anybody calls. */
export const DOCUMENT_BYTES_MAX = 5 * 1_024 * 1_024
/** Objects in objects: far more than OpenAPI needs, far less than would take the stack. */
const DEPTH_MAX = 100
/** Values of a document, those behind an anchor of YAML counted wherever it is used: a few anchors multiply into more than fits anywhere. */
const VALUES_MAX = 1_000_000

export type DocumentSyntax = 'json' | 'yaml' | 'either'

/**
 * Reads the text of a document. JSON is read as JSON even where YAML is allowed, which it is a part of.
 * @throws DocumentUnreadableError when it is too large or too deep, neither JSON nor YAML, or no object
 */
export const parseDocument = (text: string, syntax: DocumentSyntax): Json => {
  if (Buffer.byteLength(text) > DOCUMENT_BYTES_MAX) {
    throw new DocumentUnreadableError(`it is larger than ${DOCUMENT_BYTES_MAX} bytes`)
  }
  const document = parse(text, syntax)
  if (!isJson(document)) throw new DocumentUnreadableError('it is no object')
  requireBounds(document)
  return JSON.parse(JSON.stringify(document)) as Json // dates and the like become what JSON has
}

const parse = (text: string, syntax: DocumentSyntax): unknown => {
  if (syntax !== 'yaml' || /^\s*\{/.test(text)) {
    try {
      return JSON.parse(text)
    } catch (error) {
      if (syntax === 'json') throw new DocumentUnreadableError(`it is no JSON: ${messageOf(error)}`)
    }
  }
  try {
    return Bun.YAML.parse(text)
  } catch (error) {
    throw new DocumentUnreadableError(`it is no YAML: ${messageOf(error)}`)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300)

/** Also ends for what refers to itself, as anchors of YAML may. */
const requireBounds = (document: Json): void => {
  let count = 0
  const visit = (value: unknown, depth: number): void => {
    count += 1
    if (count > VALUES_MAX) throw new DocumentUnreadableError(`it has more than ${VALUES_MAX} values`)
    if (typeof value !== 'object' || value === null) return
    if (depth >= DEPTH_MAX) throw new DocumentUnreadableError(`it is nested more than ${DEPTH_MAX} deep`)
    for (const part of Object.values(value)) visit(part, depth + 1)
  }
  visit(document, 0)
}
