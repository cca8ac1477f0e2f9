import type { Block } from '../../text-writer.ts'
import { attributeOf, type XmlVisitor } from '../../xml/walk-xml.ts'
import { isOn } from '../open-package.ts'
import { createParagraph, type Paragraph, toBlock } from './paragraph.ts'
import type { Numbering } from './read-numbering.ts'
import type { ParagraphStyle } from './read-styles.ts'
import { type Cell, toTableBlocks } from './table-blocks.ts'

export interface BodyReader {
  styles: ReadonlyMap<string, ParagraphStyle>
  numbering: Numbering
  /** Told the blocks in reading order. Blank ones may say where pages begin. */
  onBlock(block: Block): void
  /** Gives the mark of a foot- or endnote. */
  onReference?(kind: 'footnote' | 'endnote', id: string): string
  /** Told where a note ends, when notes are read. */
  onNoteEnd?(id: string): void
}

/** What was deleted or moved, what programs say to themselves, readings above characters, and how a paragraph was formatted before. */
export const BODY_SKIP: ReadonlySet<string> = new Set(
  'del moveFrom delText instrText delInstrText rt pPrChange rPrChange sectPrChange tblPrChange trPrChange tcPrChange'.split(
    ' ',
  ),
)

/** Columns of a Word table. */
const COLUMNS_MAX = 63
/** Places of symbol fonts, which say nothing in another font. */
const PRIVATE_USE = /\p{Co}/u

/** Reads the body of a DOCX, or its notes (ECMA-376 part 1, 17.2 to 17.4). */
export const walkBody = (reader: BodyReader): XmlVisitor => {
  /** Where blocks go: to the reader, into a cell, or into a text box. */
  const sinks: Block[][] = []
  const tables: Cell[][][] = []
  const paragraphs: Paragraph[] = []
  const pages = createPageBreaks()
  let spanned = 1
  let runs = 0
  let inText = 0
  let noteId = ''

  const emit = (block: Block) => {
    const sink = sinks.at(-1)
    if (sink) sink.push(block)
    else reader.onBlock(block)
  }
  const add = (text: string) => {
    const paragraph = paragraphs.at(-1)
    if (paragraph) paragraph.text += text
    pages.onText(text)
  }
  const breakPage = (isRendered: boolean) => {
    const paragraph = paragraphs.at(-1)
    if (paragraph && pages.onBreak(isRendered)) paragraph.breaks.push(paragraph.text.length)
  }
  let previousIsItem = false
  const endParagraph = () => {
    const paragraph = paragraphs.pop()
    if (!paragraph) return
    const { isItem, ...block } = toBlock(paragraph, reader)
    emit({ ...block, tight: isItem && previousIsItem })
    if (block.text !== '') previousIsItem = isItem
    for (const boxed of paragraph.after) emit(boxed)
  }
  const endTable = () => {
    const rows = tables.pop() ?? []
    previousIsItem = false
    for (const block of toTableBlocks(rows, tables.length > 0)) emit(block)
  }
  const endCell = () => {
    const cell = sinks.pop() ?? []
    const empty: Cell[] = Array.from({ length: Math.min(spanned, COLUMNS_MAX) - 1 }, () => [])
    tables
      .at(-1)
      ?.at(-1)
      ?.push(cell, ...empty)
    spanned = 1
  }

  const opened: Record<string, (attributes: Readonly<Record<string, string>>) => void> = {
    p: () => paragraphs.push(createParagraph()),
    r: () => runs++,
    t: () => inText++,
    tbl: () => tables.push([]),
    tr: () => tables.at(-1)?.push([]),
    tc: () => sinks.push([]),
    txbxContent: () => sinks.push([]),
    gridSpan: (attributes) => {
      spanned = Number(attributeOf(attributes, 'val')) || 1
    },
    tab: () => runs > 0 && add('\t'),
    cr: () => add('\n'),
    noBreakHyphen: () => add('-'),
    sym: (attributes) => {
      const point = Number.parseInt(attributeOf(attributes, 'char') ?? '', 16)
      const symbol = point > 0 && point <= 0xffff ? String.fromCodePoint(point) : ''
      if (!PRIVATE_USE.test(symbol)) add(symbol)
    },
    br: (attributes) => (attributeOf(attributes, 'type') === 'page' ? breakPage(false) : add('\n')),
    lastRenderedPageBreak: () => breakPage(true),
    pageBreakBefore: (attributes) => isOn(attributes) && breakPage(false),
    footnoteReference: (attributes) => add(reader.onReference?.('footnote', attributeOf(attributes, 'id') ?? '') ?? ''),
    endnoteReference: (attributes) => add(reader.onReference?.('endnote', attributeOf(attributes, 'id') ?? '') ?? ''),
    footnote: (attributes) => {
      noteId = attributeOf(attributes, 'id') ?? ''
    },
    endnote: (attributes) => {
      noteId = attributeOf(attributes, 'id') ?? ''
    },
    pStyle: (attributes) => setOf(paragraphs, 'styleId', attributeOf(attributes, 'val')),
    numId: (attributes) => setOf(paragraphs, 'numberingId', attributeOf(attributes, 'val')),
    ilvl: (attributes) => setOf(paragraphs, 'numberingLevel', toNumber(attributeOf(attributes, 'val'))),
    outlineLvl: (attributes) => setOf(paragraphs, 'outline', toNumber(attributeOf(attributes, 'val'))),
  }
  const closed: Record<string, () => void> = {
    p: endParagraph,
    r: () => runs--,
    t: () => inText--,
    tbl: endTable,
    tc: endCell,
    txbxContent: () => {
      const boxed = sinks.pop() ?? []
      for (const block of boxed) paragraphs.at(-1)?.after.push(block)
    },
    footnote: () => reader.onNoteEnd?.(noteId),
    endnote: () => reader.onNoteEnd?.(noteId),
  }
  return {
    open: (name, attributes) => void (Object.hasOwn(opened, name) && opened[name]?.(attributes)),
    close: (name) => void (Object.hasOwn(closed, name) && closed[name]?.()),
    text: (text) => {
      if (inText > 0) add(text)
    },
  }
}

const setOf = <Key extends keyof Paragraph>(
  paragraphs: readonly Paragraph[],
  key: Key,
  value: Paragraph[Key] | undefined,
): void => {
  const paragraph = paragraphs.at(-1)
  if (paragraph && value !== undefined) paragraph[key] = value
}

const toNumber = (text: string | undefined): number | undefined => {
  const number = Number(text)
  return Number.isInteger(number) && number >= 0 && number < 10 ? number : undefined
}

/** A break that somebody made is followed by the mark of the page that it began: both are one. */
const createPageBreaks = () => {
  let hasText = true
  let lastIsRendered = false
  return {
    onText(text: string) {
      hasText ||= text.trim() !== ''
    },
    /** False for a mark of a page that has begun already. */
    onBreak(isRendered: boolean): boolean {
      const isSame = !hasText && (isRendered || lastIsRendered)
      hasText = false
      lastIsRendered = isRendered
      return !isSame
    },
  }
}
