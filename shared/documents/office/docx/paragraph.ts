import type { Block } from '../../text-writer.ts'
import type { Numbering } from './read-numbering.ts'
import { type ParagraphStyle, toHeadingLevel } from './read-styles.ts'

/** A paragraph while it is read. */
export interface Paragraph {
  text: string
  /** Places in the text where pages begin. */
  breaks: number[]
  styleId?: string
  outline?: number
  numberingId?: string
  numberingLevel?: number
  /** What is in text boxes that are fixed to it. */
  after: Block[]
}

/** The numbering that stands for none (ECMA-376 part 1, 17.9.18). */
const NO_NUMBERING = '0'
const INDENT = '  '

export const createParagraph = (): Paragraph => ({ text: '', breaks: [], after: [] })

/** What is written of a paragraph: its label as an item of a list, its text, its level as a heading. */
export const toBlock = (
  paragraph: Paragraph,
  { styles, numbering }: { styles: ReadonlyMap<string, ParagraphStyle>; numbering: Numbering },
): Block & { isItem: boolean } => {
  const style = styles.get(paragraph.styleId ?? '')
  const level = toHeadingLevel(paragraph.outline) ?? (paragraph.outline === undefined ? style?.level : undefined)
  const text = paragraph.text.trim()
  const numberingId = paragraph.numberingId ?? style?.numberingId ?? NO_NUMBERING
  const depth = paragraph.numberingLevel ?? style?.numberingLevel ?? 0
  const label = text === '' || numberingId === NO_NUMBERING ? '' : numbering.next(numberingId, depth)
  const isItem = label !== '' && level === undefined
  const prefix = label === '' || (label === '-' && !isItem) ? '' : `${isItem ? INDENT.repeat(depth) : ''}${label} `
  const trimmed = paragraph.text.length - paragraph.text.trimStart().length
  const breaks = paragraph.breaks.map((at) => {
    const place = Math.min(Math.max(at - trimmed, 0), text.length)
    return place === 0 ? 0 : place + prefix.length
  })
  return { text: text === '' ? '' : prefix + text, breaks, level: text === '' ? undefined : level, isItem }
}
