import { decodeText } from './decode-text.ts'
import type { DocumentText } from './document-text.ts'
import { DOCUMENT_CHARACTERS_MAX, DocumentUnreadableError } from './errors.ts'
import { isTextType, type MediaType } from './media-types.ts'
import { joinCsvRows } from './read-csv.ts'
import { readHtml } from './read-html.ts'
import { type ReadOptions, type ReadText, readInChild } from './read-in-child.ts'
import { findHeadings } from './read-markdown.ts'

/**
 * Makes text of a file on this host. Pages of it may have failed while others were read; when nothing could be read, it throws why: the first
 * page's reason, or a DocumentUnreadableError.
 */
export const readDocument = async (
  file: { path: string; mediaType: MediaType },
  options: ReadOptions = {},
): Promise<ReadText> => {
  if (!isTextType(file.mediaType)) {
    const document = await readInChild(file, options)
    if (document.text === '') throw document.failedPages[0]?.error ?? new DocumentUnreadableError('empty')
    return document
  }
  const text = decodeText(await Bun.file(file.path).bytes())?.toWellFormed()
  if (text === undefined) throw new DocumentUnreadableError('unsupported')
  const document = await toDocument(text, file.mediaType)
  if (document.text.trim() === '') throw new DocumentUnreadableError('empty')
  if (document.text.length > DOCUMENT_CHARACTERS_MAX) throw new DocumentUnreadableError('tooLarge')
  return { ...document, failedPages: [] }
}

const toDocument = async (text: string, mediaType: MediaType): Promise<DocumentText> => {
  if (mediaType === 'text/html') return readHtml(text)
  if (mediaType === 'text/csv') return { text: joinCsvRows(text), headings: [], pageStarts: [] }
  return { text, headings: mediaType === 'text/markdown' ? findHeadings(text) : [], pageStarts: [] }
}
