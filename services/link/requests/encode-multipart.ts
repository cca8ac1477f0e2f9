import { CallInvalidError } from '../errors.ts'
import { followReference } from '../openapi/follow-reference.ts'
import { type Json, listOf, objectOf, textOf } from '../openapi/json-values.ts'
import type { ToolContent } from '../openapi/operation.ts'
import { isBinarySchema, readFile } from './given-file.ts'
import { headerValue, textOfValue } from './serialise-value.ts'

/**
 * A multipart body (RFC 7578, RFC 2046 section 5.1; OpenAPI 3.1, sections 4.8.14.4 and 4.8.15): one part a property, one each for the items of a list, objects
 * as JSON, binary properties as files. Encoding objects tell types and headers of parts; a header's value is its schema's constant or default.
 * @throws CallInvalidError for a file that is no base64
 */
export const encodeMultipart = (
  document: Json,
  content: ToolContent,
  given: { value: Json; boundary: string },
): Uint8Array<ArrayBuffer> => {
  const { value, boundary } = given
  const properties = objectOf(objectOf(followReference(document, content.schema)).properties)
  const parts: Uint8Array[] = []
  for (const [name, values] of Object.entries(value)) {
    if (values === undefined || values === null) continue
    const schema = objectOf(followReference(document, properties[name]))
    const encoding = objectOf(followReference(document, content.encoding[name]))
    const items = Array.isArray(values) && textOf(encoding.contentType) === '' ? values : [values]
    const itemSchema = Array.isArray(values) ? schema.items : schema
    for (const item of items) parts.push(...onePart(document, { name, item, schema: itemSchema, encoding, boundary }))
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return new Uint8Array(Buffer.concat(parts))
}

const onePart = (
  document: Json,
  part: { name: string; item: unknown; schema: unknown; encoding: Json; boundary: string },
): Uint8Array[] => {
  const { name, item, schema, encoding, boundary } = part
  // The encoding may offer several types: the first that is one stands.
  const told = textOf(encoding.contentType)
    .split(',')
    .map((type) => type.trim())
    .find((type) => type !== '' && !type.includes('*'))
  const isFile = isBinarySchema(document, schema) || isFileType(told)
  const file = isFile ? readFile(name, item) : undefined
  const standard = file ? (file.mediaType ?? told ?? contentTypeOf(document, schema)) : told
  const type = standard ?? (typeof item === 'object' ? 'application/json' : undefined)
  const fileName = file ? `; filename="${quoted(file.name ?? name)}"` : ''
  const lines = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${quoted(name)}"${fileName}`,
    ...(type === undefined ? [] : [`Content-Type: ${oneLine(name, type)}`]),
    ...partHeaders(document, name, encoding),
  ]
  return [
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n`),
    file ? file.bytes : Buffer.from(textOfValue(item)),
    Buffer.from('\r\n'),
  ]
}

const isFileType = (type: string | undefined): boolean =>
  type !== undefined && /^(image|audio|video|font)\/|^application\/(octet-stream|pdf|zip|gzip)/.test(type)

const contentTypeOf = (document: Json, schema: unknown): string =>
  textOf(objectOf(followReference(document, schema)).contentMediaType) || 'application/octet-stream'

const partHeaders = (document: Json, part: string, encoding: Json): string[] =>
  Object.entries(objectOf(encoding.headers)).flatMap(([name, value]) => {
    if (name.toLowerCase() === 'content-type') return []
    const header = objectOf(followReference(document, value))
    const schema = objectOf(followReference(document, header.schema))
    const [only] = listOf(schema.enum)
    const fixed = schema.const ?? schema.default ?? only ?? header.example ?? schema.example
    if (fixed === undefined) return []
    return [`${oneLine(part, name)}: ${oneLine(part, headerValue({ explode: header.explode === true }, fixed))}`]
  })

/** As browsers write names and file names (WHATWG HTML, multipart/form-data encoding algorithm). */
const quoted = (text: string): string =>
  text.toWellFormed().replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')

const oneLine = (part: string, text: string): string => {
  if (/[\r\n]/.test(text)) throw new CallInvalidError(`A header of the part ${part} holds a line break.`)
  return text
}
