import type { Chunker } from '../chunk-piece.ts'
import { sectionSpans } from '../section-spans.ts'
import type { SourceText, Span } from '../source-text.ts'
import {
  DEFAULT_HEADING_DEPTH,
  DEFAULT_PARENT_BY,
  DEFAULT_PARENT_LENGTH_MAX,
  type SplitSettings,
} from '../split-settings.ts'
import { splitRange } from '../split-text.ts'

/**
 * Small chunks are found, and the wider parent that each lies in is its context. Contents are no longer than `lengthMax`, contexts no longer
 * than `parentLengthMax`; neither a content nor an overlap reaches beyond its parent.
 */
export const splitIntoParents: Chunker = (source, settings) =>
  parentsOf(source, settings).flatMap((parent) => {
    const context = source.text.slice(parent.start, parent.end)
    return splitRange(source, parent, settings).map((piece) => ({ ...piece, context }))
  })

const parentsOf = (source: SourceText, settings: SplitSettings): Span[] => {
  const lengthMax = Math.max(settings.lengthMax, settings.parentLengthMax ?? DEFAULT_PARENT_LENGTH_MAX)
  // A parent ends where it ends: marks that part children do not part their parent.
  const whole = { ...source, hardEnds: [] }
  const cut = (span: Span, titleSplit = false) =>
    splitRange(whole, span, { ...settings, lengthMax, overlap: 0, titleSplit })
  const all = { start: 0, end: source.text.length }
  switch (settings.parentBy ?? DEFAULT_PARENT_BY) {
    case 'section':
      return sectionSpans(source, settings.headingDepth ?? DEFAULT_HEADING_DEPTH).flatMap((span) => cut(span))
    case 'paragraph':
      return paragraphs(source.text, { lengthMin: settings.lengthMin, lengthMax }).flatMap((span) => cut(span))
    default:
      return splitRange(
        whole,
        all,
        // Parents are to be wide: a section joins the next while both are short.
        { ...settings, lengthMin: Math.floor(lengthMax / 2), lengthMax, overlap: 0 },
      )
  }
}

const EMPTY_LINE = /\n[^\S\n]*\n\s*/g

/** What empty lines part. One shorter than `lengthMin`, such as a heading, goes with the next where both fit into `lengthMax`. */
const paragraphs = (text: string, { lengthMin, lengthMax }: { lengthMin: number; lengthMax: number }): Span[] => {
  const spans: Span[] = []
  const add = (start: number, end: number) => {
    const before = spans.at(-1)
    if (before && before.end - before.start < lengthMin && end - before.start <= lengthMax) before.end = end
    else spans.push({ start, end })
  }
  let start = 0
  for (const { index, 0: gap } of text.matchAll(EMPTY_LINE)) {
    add(start, index + gap.length)
    start = index + gap.length
  }
  add(start, text.length)
  return spans
}
