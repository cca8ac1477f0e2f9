import { CallInvalidError } from '../errors.ts'
import { followReference } from '../openapi/follow-reference.ts'
import { isJson, type Json, objectOf, textOf } from '../openapi/json-values.ts'

/** A file among values: its bytes in base64, alone or with a name and a type. */
export interface GivenFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly name: string | undefined
  readonly mediaType: string | undefined
}

/**
 * True for a schema whose values are bytes: `format: binary` or `byte` (3.0), `contentEncoding: base64` or a `contentMediaType` that is no text (3.1).
 */
export const isBinarySchema = (document: Json, schema: unknown): boolean => {
  const fields = objectOf(followReference(document, schema))
  if (fields.format === 'binary' || fields.format === 'byte') return true
  if (fields.contentEncoding === 'base64' || fields.contentEncoding === 'base64url') return true
  return typeof fields.contentMediaType === 'string' && !fields.contentMediaType.startsWith('text/')
}

/**
 * Reads a file that a call gives: base64, or `{data, filename?, contentType?}` with base64 in `data`.
 * @throws CallInvalidError when it is no base64
 */
export const readFile = (what: string, value: unknown): GivenFile => {
  const fields: Json = isJson(value) ? value : { data: value }
  const data = fields.data
  if (typeof data !== 'string' || !BASE64.test(data)) {
    throw new CallInvalidError(`${what} is a file: give its bytes in base64, or {data, filename, contentType}.`)
  }
  return {
    bytes: new Uint8Array(Buffer.from(data, 'base64')),
    name: textOf(fields.filename) || undefined,
    mediaType: textOf(fields.contentType) || undefined,
  }
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/
