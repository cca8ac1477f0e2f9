import { decodeText } from './decode-text.ts'
import { isEmail } from './email/detect-email.ts'
import { DOCUMENT_BYTES_MAX, DocumentUnreadableError } from './errors.ts'
import type { MediaType } from './media-types.ts'
import { isTable } from './read-csv.ts'
import { findHeadings } from './read-markdown.ts'
import { detectImageType, refuseOleFile } from './refuse-binary.ts'

/** A PDF may have some bytes of rubbish before its header (PDF 1.7 reference, implementation note 13). */
const PDF_HEADER_WITHIN = 1024
/** As much of a text as is looked at to tell what it is. */
const SAMPLE_CHARACTERS = 64_000
const HTML_START = /^\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i
const MARKDOWN_NAME = /\.(?:md|markdown|mdx)$/i
const TABLE_NAME = /\.(?:csv|tsv|tab)$/i
/** Names of source files, whose comments look like headings. */
const SOURCE_NAME =
  /\.(?:[cm]?[jt]sx?|py|pyi|rb|php|pl|lua|r|jl|go|rs|java|kts?|scala|groovy|swift|dart|cs|fs|vb|c|h|cc|cpp|cxx|hpp|hh|m|mm|zig|nim|ex|exs|erl|hs|ml|clj|lisp|el|sh|bash|zsh|fish|ps1|bat|cmd|sql|ya?ml|toml|ini|cfg|conf|env|properties|json5?|jsonl|tf|gradle|cmake|mk|proto|graphql|vue|svelte|css|scss|less)$|(?:^|\/)(?:makefile|dockerfile|jenkinsfile|rakefile|gemfile)$/i
const ZIP_START = 'PK\u0003\u0004'

/**
 * What a file is, by its content. The name only tells kinds of text apart where the content could be several.
 * Rejects with DocumentUnreadableError for what no reader takes, and for empty and oversized files.
 */
export const detectMediaType = async (bytes: Uint8Array, name: string): Promise<MediaType> => {
  if (bytes.byteLength > DOCUMENT_BYTES_MAX) throw new DocumentUnreadableError('tooLarge', { bytes: bytes.byteLength })
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Most processes never see an archive, and do without what looks into them.
  if (view.toString('latin1', 0, ZIP_START.length) === ZIP_START) {
    return (await import('./archive/detect-archive-type.ts')).detectArchiveType(bytes)
  }
  if (view.subarray(0, PDF_HEADER_WITHIN).includes('%PDF-')) return 'application/pdf'
  refuseOleFile(view)
  const imageType = detectImageType(view)
  if (imageType) return imageType
  if (isEmail(bytes)) return 'message/rfc822'
  return detectText(bytes, name)
}

const detectText = (bytes: Uint8Array, name: string): MediaType => {
  const text = decodeText(bytes)
  if (text === undefined) throw new DocumentUnreadableError('unsupported')
  if (text.trim() === '') throw new DocumentUnreadableError('empty')
  const sample = text.slice(0, SAMPLE_CHARACTERS)
  if (HTML_START.test(sample)) return 'text/html'
  if (TABLE_NAME.test(name) && isTable(text)) return 'text/csv'
  if (SOURCE_NAME.test(name)) return 'text/plain'
  return MARKDOWN_NAME.test(name) || findHeadings(sample).length > 0 ? 'text/markdown' : 'text/plain'
}
