import { BodyTypeError, CallInvalidError } from '../errors.ts'
import { isJson, type Json } from '../openapi/json-values.ts'
import type { ToolBody, ToolContent } from '../openapi/operation.ts'
import { encodeForm } from './encode-form.ts'
import { encodeMultipart } from './encode-multipart.ts'
import { isBinarySchema, readFile } from './given-file.ts'
import { essenceOf, isJsonType, isTextType } from './media-type.ts'

const FORM = 'application/x-www-form-urlencoded'
const ANYTHING = '*/*'

export interface EncodedBody {
  readonly contentType: string
  readonly content: string | Uint8Array<ArrayBuffer>
}

/**
 * The body of a call in the asked-for media type, or the first of those that carry structure best: JSON, multipart, form, text, bytes.
 * @throws CallInvalidError, BodyTypeError
 */
export const encodeBody = (
  document: Json,
  body: ToolBody,
  given: { value: unknown; contentType: string | undefined; boundary: string },
): EncodedBody => {
  const content = chooseContent(body, given.contentType, given.value)
  const { mediaType } = content
  const essence = essenceOf(mediaType)
  const { value } = given
  if (isJsonType(essence)) return { contentType: mediaType, content: JSON.stringify(value) }
  if (essence === FORM) {
    return { contentType: mediaType, content: encodeForm(document, content, needObject(mediaType, value)) }
  }
  if (essence.startsWith('multipart/')) {
    const bytes = encodeMultipart(document, content, {
      value: needObject(mediaType, value),
      boundary: given.boundary,
    })
    return { contentType: `${essence}; boundary=${given.boundary}`, content: bytes }
  }
  if (isTextType(essence) && !isBinarySchema(document, content.schema)) {
    if (typeof value === 'object') throw new BodyTypeError(mediaType, 'give it as text')
    return { contentType: mediaType, content: String(value) }
  }
  return encodeBytes(mediaType, value)
}

const encodeBytes = (mediaType: string, value: unknown): EncodedBody => {
  if (mediaType === ANYTHING && !isJson(value)) throw new BodyTypeError(mediaType, 'name a content type')
  const file = readFile('The body', value)
  const contentType = mediaType.includes('*') ? (file.mediaType ?? 'application/octet-stream') : mediaType
  return { contentType, content: file.bytes }
}

const chooseContent = (body: ToolBody, asked: string | undefined, value: unknown): ToolContent => {
  const { contents } = body
  if (asked !== undefined) {
    const essence = essenceOf(asked)
    const exact = contents.find(({ mediaType }) => essenceOf(mediaType) === essence)
    const ranged = exact ?? contents.find(({ mediaType }) => isInRange(essence, essenceOf(mediaType)))
    if (ranged) return { ...ranged, mediaType: asked }
    const offered = contents.map(({ mediaType }) => mediaType).join(', ')
    throw new CallInvalidError(`The body cannot be ${asked}; the operation takes ${offered || 'none'}.`)
  }
  const isStructured = typeof value === 'object' && value !== null
  const best = contents.toSorted((one, other) => rank(one, isStructured) - rank(other, isStructured))[0]
  if (!best) throw new BodyTypeError('unknown', 'the operation names none')
  // Anything at all is offered: JSON is what everybody reads.
  return best.mediaType === ANYTHING ? { ...best, mediaType: 'application/json' } : best
}

const isInRange = (essence: string, range: string): boolean =>
  range === ANYTHING || (range.endsWith('/*') && essence.startsWith(range.slice(0, -1)))

const rank = ({ mediaType }: ToolContent, isStructured: boolean): number => {
  const essence = essenceOf(mediaType)
  if (essence === 'application/json') return 0
  if (isJsonType(essence) || essence === ANYTHING) return 1
  if (essence.startsWith('multipart/')) return isStructured ? 2 : 5
  if (essence === FORM) return isStructured ? 3 : 6
  return 4
}

const needObject = (mediaType: string, value: unknown): Json => {
  if (isJson(value)) return value
  throw new CallInvalidError(`A body of type ${mediaType} is made of an object.`)
}
