import type { DocumentText } from './document-text.ts'
import { DOCUMENT_CHARACTERS_MAX, DOCUMENT_PAGES_MAX, DocumentUnreadableError } from './errors.ts'

/** Something that stands alone: a paragraph, a heading, a row, the text of a page. */
export interface Block {
  text: string
  /** Makes it a heading; 1 is the highest. */
  level?: number | undefined
  /** Places in `text` where a page begins, in order. */
  breaks?: readonly number[] | undefined
  /** Follows the block before it on the next line, as rows and items of lists do; without, an empty line parts them. */
  tight?: boolean | undefined
}

/** Where readers put what they find. Throws DocumentUnreadableError when it becomes too much. */
export interface TextWriter {
  /** Blank blocks are left out. */
  write(block: Block): void
  /** The next block begins a page. Without any call the document has no pages. */
  startPage(): void
  /** Tells the caller how many pages of how many were read. */
  progress(read: number, count: number): void
}

export interface WriterOutput {
  /** A piece of the text with the headings and pages that begin in it; offsets are those of the whole text. */
  text(piece: DocumentText): void
  progress(read: number, count: number): void
}

/** Pieces are given on before they become longer. */
const PIECE_CHARACTERS = 200_000

/** Titles go with every chunk below them. */
const TITLE_CHARACTERS_MAX = 500

const toTitle = (text: string): string =>
  text.slice(0, TITLE_CHARACTERS_MAX).replaceAll(/\s+/g, ' ').trim().toWellFormed()

/** `finish` gives on what is left. */
export const createTextWriter = (output: WriterOutput): TextWriter & { finish(): void } => {
  let piece: DocumentText = { text: '', headings: [], pageStarts: [] }
  let length = 0
  let pages = 0
  let pagesPending = 0
  const flush = () => {
    if (piece.text !== '' || piece.pageStarts.length > 0) output.text(piece)
    piece = { text: '', headings: [], pageStarts: [] }
  }
  const append = (text: string) => {
    length += text.length
    if (length > DOCUMENT_CHARACTERS_MAX) throw new DocumentUnreadableError('tooLarge')
    for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
      const next = text.slice(at, at + PIECE_CHARACTERS)
      if (piece.text.length + next.length > PIECE_CHARACTERS) flush()
      piece.text += next
    }
  }
  const markPage = (offset: number) => {
    pages += 1
    if (pages > DOCUMENT_PAGES_MAX) throw new DocumentUnreadableError('tooManyPages')
    piece.pageStarts.push(offset)
  }
  const beginPages = () => {
    for (; pagesPending > 0; pagesPending--) markPage(length)
  }
  const markBreaks = (breaks: readonly number[]) => {
    // What stands before the first break is a page too.
    if (breaks.length > 0 && pages === 0) markPage(0)
    for (const at of breaks) markPage(length + at)
  }
  return {
    write({ text: given, level, breaks = [], tight = false }) {
      // PostgreSQL stores no zero character; what comes instead keeps every place in the text.
      const text = given.replaceAll('\0', ' ').toWellFormed()
      if (text.trim() === '') return
      if (length > 0) append(tight ? '\n' : '\n\n')
      beginPages()
      if (level !== undefined) {
        piece.headings.push({ offset: length, level, title: toTitle(text) })
      }
      markBreaks(breaks)
      append(text)
    },
    startPage() {
      pagesPending += 1
      if (pages + pagesPending > DOCUMENT_PAGES_MAX) throw new DocumentUnreadableError('tooManyPages')
    },
    progress(read, count) {
      flush()
      output.progress(read, count)
    },
    finish() {
      beginPages()
      flush()
    },
  }
}
