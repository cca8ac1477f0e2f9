import { decodeText } from './decode-text.ts'
import { DOCUMENT_BYTES_MAX, DocumentUnreadableError } from './errors.ts'
import { findHeadings } from './read-markdown.ts'

export const MEDIA_TYPES = ['text/plain', 'text/markdown', 'text/html', 'application/pdf'] as const
export type MediaType = (typeof MEDIA_TYPES)[number]

/** A PDF may have some bytes of rubbish before its header (PDF 1.7 reference, implementation note 13). */
const PDF_HEADER_WITHIN = 1024
/** As much of a text as is looked at to tell what it is. */
const SAMPLE_CHARACTERS = 64_000
const HTML_START = /^\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i
const MARKDOWN_NAME = /\.(?:md|markdown|mdx)$/i

/**
 * What a file is, by its content. The name only tells Markdown from plain text where the content could be both.
 * Throws DocumentUnreadableError for what no reader takes, and for empty and oversized files.
 */
export const detectMediaType = (bytes: Uint8Array, name: string): MediaType => {
  if (bytes.byteLength > DOCUMENT_BYTES_MAX) throw new DocumentUnreadableError('tooLarge', { bytes: bytes.byteLength })
  if (isPdf(bytes)) return 'application/pdf'
  const text = decodeText(bytes)
  if (text === undefined) throw new DocumentUnreadableError('unsupported')
  if (text.trim() === '') throw new DocumentUnreadableError('empty')
  const sample = text.slice(0, SAMPLE_CHARACTERS)
  if (HTML_START.test(sample)) return 'text/html'
  return MARKDOWN_NAME.test(name) || findHeadings(sample).length > 0 ? 'text/markdown' : 'text/plain'
}

const isPdf = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, PDF_HEADER_WITHIN)).includes('%PDF-')
