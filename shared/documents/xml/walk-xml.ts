import { SaxesParser } from 'saxes'
import { DocumentUnreadableError } from '../errors.ts'

/** Names are given without their prefix, except those of attributes. */
export interface XmlVisitor {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  close?(name: string): void
  text?(text: string): void
}

export interface WalkXmlOptions {
  /** What is in these elements is passed over. */
  skip?: ReadonlySet<string>
  /** Office files may not have one (ECMA-376 part 2, 6.2.5). Where allowed it is passed over all the same: no entity is ever declared by it. */
  documentType?: 'allowed' | 'refused'
}

/** Documents nest 10 to 60 deep, with tables in tables. */
const XML_DEPTH_MAX = 256

/**
 * Reads XML from beginning to end. Knows the five entities of XML itself and no other, and follows no reference. Throws
 * DocumentUnreadableError for XML that is nested too deeply, an Error for XML that is broken.
 */
export const walkXml = (
  pieces: Iterable<Uint8Array>,
  visitor: XmlVisitor,
  { skip = new Set(), documentType = 'refused' }: WalkXmlOptions = {},
): void => {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false })
  let depth = 0
  let skippedFrom = 0
  parser.on('doctype', () => {
    if (documentType === 'refused') throw new Error('it has a document type')
  })
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1
    if (depth > XML_DEPTH_MAX) throw new DocumentUnreadableError('expandsTooMuch')
    if (skippedFrom > 0) return
    const local = localName(name)
    if (skip.has(local)) skippedFrom = depth
    else visitor.open?.(local, attributes)
  })
  parser.on('closetag', ({ name }) => {
    if (skippedFrom === 0) visitor.close?.(localName(name))
    else if (skippedFrom === depth) skippedFrom = 0
    depth -= 1
  })
  const onText = (text: string) => {
    if (skippedFrom === 0) visitor.text?.(text)
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  let decoder: TextDecoder | undefined
  for (const piece of pieces) {
    decoder ??= new TextDecoder(encodingOf(piece), { fatal: true })
    parser.write(decoder.decode(piece, { stream: true }))
  }
  parser.write(decoder?.decode() ?? '').close()
}

/** The value of an attribute, whatever its prefix. */
export const attributeOf = (attributes: Readonly<Record<string, string>>, local: string): string | undefined => {
  for (const name in attributes) if (localName(name) === local) return attributes[name]
  return undefined
}

/** The value of an attribute that has a prefix, such as `r:id` beside `id`. */
export const prefixedAttributeOf = (
  attributes: Readonly<Record<string, string>>,
  local: string,
): string | undefined => {
  for (const name in attributes) if (name.endsWith(`:${local}`)) return attributes[name]
  return undefined
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

const encodingOf = (start: Uint8Array): Bun.Encoding => {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  // The runtime's list of names lacks this one.
  return start[0] === 0xfe && start[1] === 0xff ? ('utf-16be' as Bun.Encoding) : 'utf-8'
}
