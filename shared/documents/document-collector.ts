import type { DocumentText } from './document-text.ts'
import { DOCUMENT_CHARACTERS_MAX, DocumentUnreadableError } from './errors.ts'

const PAGE_SEPARATOR = '\n\n'

/** Puts together what one reading process after the other says of a document. */
export const createDocumentCollector = () => {
  const document: DocumentText = { text: '', headings: [], pageStarts: [] }
  /** Where the text of the process that speaks now begins. */
  let base = 0
  let pending = ''
  const check = () => {
    if (document.text.length > DOCUMENT_CHARACTERS_MAX) throw new DocumentUnreadableError('tooLarge')
  }
  return {
    document,
    /** Pages begun so far. */
    get pages() {
      return document.pageStarts.length
    },
    add(piece: DocumentText): void {
      if (piece.text !== '' && pending !== '') {
        document.text += pending
        pending = ''
      }
      document.text += piece.text
      for (const heading of piece.headings) document.headings.push({ ...heading, offset: heading.offset + base })
      for (const start of piece.pageStarts) document.pageStarts.push(start + base)
      check()
    },
    /** The next process goes on with the page after `page`; what is missing until there are pages without text. */
    continueAfter(page: number): void {
      // What a page that failed has left is no page's text.
      while (document.pageStarts.length < page) document.pageStarts.push(document.text.length)
      pending = document.text === '' ? '' : PAGE_SEPARATOR
      base = document.text.length + pending.length
    },
  }
}
