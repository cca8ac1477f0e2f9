import { DocumentUnreadableError } from '../errors.ts'
import { type MediaType, OFFICE_TYPES } from '../media-types.ts'
import { expandEntries } from './expand-entries.ts'
import { hasEncryptedEntry } from './has-encrypted-entry.ts'
import { listEntries } from './list-entries.ts'

/** Says what the archive is, uncompressed (EPUB 3.3, section 4.2.6.2). */
const MIME_TYPE = 'mimetype'
const MIME_TYPE_BYTES_MAX = 200
const EPUB = 'application/epub+zip'

const CONTENT_TYPES = '[Content_Types].xml'
const CONTENT_TYPES_BYTES_MAX = 1_000_000

/** Content types of main parts (ECMA-376 part 1, annex A), of documents, templates and shows, with macros or without. */
const MAIN_PARTS: readonly (readonly [RegExp, MediaType])[] = [
  [/wordprocessingml\.(?:document|template)\.main\+xml|ms-word\.\w+\.macroEnabled\w*\.main\+xml/i, OFFICE_TYPES.docx],
  [/spreadsheetml\.(?:sheet|template)\.main\+xml|ms-excel\.\w+\.macroEnabled\.main\+xml/i, OFFICE_TYPES.xlsx],
  [/presentationml\.\w+\.main\+xml|ms-powerpoint\.\w+\.macroEnabled\.main\+xml/i, OFFICE_TYPES.pptx],
]

/** XLSB: an archive like XLSX, with parts that are no XML. */
const BINARY_WORKBOOK = /ms-excel\.sheet\.binary/i

/** What a ZIP archive is, by what it says of itself. Throws DocumentUnreadableError for one that is no document. */
export const detectArchiveType = (bytes: Uint8Array): MediaType => {
  const names = listEntries(bytes)
  if (hasEncryptedEntry(bytes)) throw new DocumentUnreadableError('encrypted')
  if (names.has(MIME_TYPE) && textOf(bytes, MIME_TYPE, MIME_TYPE_BYTES_MAX).trim() === EPUB) return EPUB
  if (!names.has(CONTENT_TYPES)) throw new DocumentUnreadableError('archiveUnsupported')
  const contentTypes = textOf(bytes, CONTENT_TYPES, CONTENT_TYPES_BYTES_MAX)
  if (BINARY_WORKBOOK.test(contentTypes)) throw new DocumentUnreadableError('oldOffice')
  const found = MAIN_PARTS.find(([pattern]) => pattern.test(contentTypes))
  if (!found) throw new DocumentUnreadableError('archiveUnsupported')
  return found[1]
}

const textOf = (bytes: Uint8Array, name: string, bytesMax: number): string => {
  const pieces = expandEntries(bytes, (entry) => entry === name, bytesMax).get(name) ?? []
  return new TextDecoder().decode(Buffer.concat(pieces))
}
