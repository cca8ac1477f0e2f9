import { posix } from 'node:path'
import { type EntryContent, expandEntries } from '../archive/expand-entries.ts'
import { DocumentUnreadableError } from '../errors.ts'
import { attributeOf, type WalkXmlOptions, walkXml, type XmlVisitor } from '../xml/walk-xml.ts'

/** A link from one part of an office file to another. */
export interface Relation {
  id: string
  /** The last piece of its type's address, such as `styles`. */
  type: string
  /** The name of a part; what lies outside the file is never a relation here. */
  target: string
}

/** The parts of an office file (ECMA-376 part 2). */
export interface OfficePackage {
  mainPart: string
  relationsOf(part: string): Relation[]
  /** The first part to which another has a relation of a type. */
  related(part: string, type: string): string | undefined
  /** False for a part that is not there. */
  walk(part: string | undefined, visitor: XmlVisitor, options?: WalkXmlOptions): boolean
  /** True if it holds pictures. */
  hasImages: boolean
}

const PARTS = /\.(?:xml|rels)$/i
/** Looks, caches and descriptions, which no reader needs. */
const UNREAD = /(?:^|\/)(?:customXml|docProps|theme|pivotCache|pivotTables|slideLayouts|slideMasters|calcChain\.xml)/i
const IMAGES = /(?:^|\/)media\//i
/** Of two forms of one thing the older; both would say it twice. */
const SECOND_FORMS = ['Fallback']

/** Expands an office file and finds its main part. Throws DocumentUnreadableError. */
export const openPackage = (bytes: Uint8Array): OfficePackage => {
  let hasImages = false
  const parts = expandEntries(bytes, (name) => {
    hasImages ||= IMAGES.test(name)
    return PARTS.test(name) && !UNREAD.test(name)
  })
  const walk: OfficePackage['walk'] = (part, visitor, options = {}) => {
    const content = part === undefined ? undefined : parts.get(part)
    if (part === undefined || !content) return false
    walkPart({ part, content }, visitor, { ...options, skip: new Set([...SECOND_FORMS, ...(options.skip ?? [])]) })
    return true
  }
  const relationsOf = (part: string): Relation[] => {
    const relations: Relation[] = []
    const { dir, base } = posix.parse(part)
    walk(posix.join(dir, '_rels', `${base}.rels`), {
      open(name, attributes) {
        if (name !== 'Relationship' || attributes.TargetMode === 'External') return
        const target = posix.resolve('/', dir, (attributes.Target ?? '').replaceAll('\\', '/')).slice(1)
        relations.push({ id: attributes.Id ?? '', type: attributes.Type?.split('/').at(-1) ?? '', target })
      },
    })
    return relations
  }
  const related = (part: string, type: string) => relationsOf(part).find((relation) => relation.type === type)?.target
  const mainPart = related('', 'officeDocument')
  if (mainPart === undefined || !parts.has(mainPart)) throw broken('the main part is missing')
  return { mainPart, relationsOf, related, walk, hasImages }
}

/** The error names the part. */
const walkPart = (
  { part, content }: { part: string; content: EntryContent },
  visitor: XmlVisitor,
  options: WalkXmlOptions,
): void => {
  try {
    walkXml(content, visitor, options)
  } catch (error) {
    if (error instanceof DocumentUnreadableError) throw error
    throw broken(`${part}: ${error instanceof Error ? error.message : 'unreadable'}`.slice(0, REASON_CHARACTERS))
  }
}

const REASON_CHARACTERS = 200

const broken = (reason: string) => new DocumentUnreadableError('broken', { reason })

/** `val` of an element that is a switch: on without one (ECMA-376 part 1, 17.17.4). */
export const isOn = (attributes: Readonly<Record<string, string>>): boolean =>
  !['0', 'false', 'off'].includes(attributeOf(attributes, 'val') ?? '1')
