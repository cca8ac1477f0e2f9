import type { SourceText, Span } from './source-text.ts'
import { trimmedStart } from './trim-span.ts'

/** A section of a document with the headings above its text. */
export interface SectionSpan extends Span {
  title: string
  /** Where the last heading that begins it stands. */
  headingAt: number
}

/**
 * The sections under headings down to a depth, with what stands before the first of them. A heading with nothing under it goes with the section that
 * follows, so that no section is a heading alone unless it is the last.
 */
export const sectionSpans = (source: SourceText, depthMax: number): SectionSpan[] => {
  const { text, headings, depths } = source
  const starts = headings.flatMap(({ offset }, order) => ((depths[order] ?? 1) <= depthMax ? [offset] : []))
  const borders = starts[0] === 0 ? starts : [0, ...starts]
  const sections: SectionSpan[] = []
  let open: number | undefined
  for (const [order, headingAt] of borders.entries()) {
    const end = borders[order + 1] ?? text.length
    const start = open ?? headingAt
    const isHeading = headingAt !== 0 || starts[0] === 0
    const isBare = isHeading && trimmedStart(text, lineEnd(text, headingAt, end), end) === end
    open = isBare && end < text.length ? start : undefined
    if (open === undefined) sections.push({ start, end, headingAt, title: source.titleAt(headingAt) })
  }
  return sections
}

const lineEnd = (text: string, at: number, end: number): number => {
  const found = text.indexOf('\n', at)
  return found < 0 || found > end ? end : found
}
