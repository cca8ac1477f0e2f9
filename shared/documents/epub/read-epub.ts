import { posix } from 'node:path'
import { expandEntries } from '../archive/expand-entries.ts'
import { decodeText } from '../decode-text.ts'
import { DocumentUnreadableError } from '../errors.ts'
import type { TextWriter } from '../text-writer.ts'
import { walkXml, type XmlVisitor } from '../xml/walk-xml.ts'
import { readChapter } from './read-chapter.ts'

const CONTAINER = 'META-INF/container.xml'
const ENCRYPTION = 'META-INF/encryption.xml'
const NEEDED = /\.(?:xml|opf|x?html?)$/i
const CHAPTER_TYPES: ReadonlySet<string> = new Set(['application/xhtml+xml', 'text/html', 'application/xml'])

/** Reads a book: the chapters of its spine, in order (EPUB 3.3, sections 4.2 and 5). Books that are encrypted are refused. */
export const readEpub = async (bytes: Uint8Array, writer: TextWriter): Promise<void> => {
  let hasImages = false
  const entries = expandEntries(bytes, (name) => {
    hasImages ||= /\.(?:jpe?g|png|gif|webp|svg)$/i.test(name)
    return NEEDED.test(name)
  })
  const walk = (name: string, visitor: XmlVisitor) => {
    const content = entries.get(name)
    if (!content) throw broken(`${name} is missing`)
    walkXml(content, visitor, { documentType: 'allowed' })
  }
  const chapters = readSpine(readRootFile(walk), walk)
  const encrypted = entries.has(ENCRYPTION) ? readEncrypted(walk) : new Set<string>()
  let hasText = false
  for (const name of chapters) {
    if (encrypted.has(name)) throw new DocumentUnreadableError('encrypted')
    const content = entries.get(name)
    if (!content) throw broken('a chapter is missing')
    const html = decodeText(Buffer.concat(content))
    if (html === undefined) throw broken('a chapter is no text')
    for (const block of await readChapter(html)) {
      writer.write(block)
      hasText = true
    }
  }
  if (!hasText && hasImages) throw new DocumentUnreadableError('needsOcr')
}

type Walk = (name: string, visitor: XmlVisitor) => void

/** Where the book is described. */
const readRootFile = (walk: Walk): string => {
  let path: string | undefined
  walk(CONTAINER, {
    open(name, attributes) {
      if (name === 'rootfile') path ??= attributes['full-path']
    },
  })
  if (path === undefined) throw broken('the book has no description')
  return path
}

const readSpine = (rootFile: string, walk: Walk): string[] => {
  const items = new Map<string, { href: string; type: string }>()
  const spine: string[] = []
  walk(rootFile, {
    open(name, attributes) {
      if (name === 'item') {
        items.set(attributes.id ?? '', { href: attributes.href ?? '', type: attributes['media-type'] ?? '' })
      }
      if (name === 'itemref') spine.push(attributes.idref ?? '')
    },
  })
  return spine.flatMap((id) => {
    const item = items.get(id)
    return item && CHAPTER_TYPES.has(item.type) ? [entryOf(posix.dirname(rootFile), item.href)] : []
  })
}

/** Fonts may be obscured in any book; it is chapters that count. */
const readEncrypted = (walk: Walk): Set<string> => {
  const names = new Set<string>()
  walk(ENCRYPTION, {
    open(name, attributes) {
      if (name === 'CipherReference') names.add(entryOf('', attributes.URI ?? ''))
    },
  })
  return names
}

/** The name of an entry, which is a key and no path. */
const entryOf = (directory: string, href: string): string => {
  const [path = ''] = href.split('#')
  return posix.resolve('/', directory, decodePercent(path)).slice(1)
}

const decodePercent = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const broken = (reason: string) => new DocumentUnreadableError('broken', { reason })
