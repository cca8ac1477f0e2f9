import type { DocumentText, Heading } from '#shared/documents/document-text.ts'

/** A part of a text: from `start` to before `end`. */
export interface Span {
  start: number
  end: number
}

/** A document's text with what chunkers ask of it; no question takes longer for a longer text than its logarithm. */
export interface SourceText {
  text: string
  /** In order of their offset. */
  headings: readonly Heading[]
  /** Where each of them begins. */
  headingStarts: readonly number[]
  /** How many headings stand above each heading, itself counted: 1 is the highest. */
  depths: readonly number[]
  /** Whether the document has pages. */
  hasPages: boolean
  /** Places behind the marks after which a cut is always made, ascending. */
  hardEnds: readonly number[]
  /** The headings above a place, from the highest, joined by " > ". Empty without any. */
  titleAt(at: number): string
}

const TITLE_SEPARATOR = ' > '

/** @param cutOff marks after which a cut is always made */
export const openSource = (
  { text, headings, pageStarts }: DocumentText,
  cutOff: readonly string[] = [],
): SourceText => {
  const { paths, depths } = nestingOf(headings)
  const headingStarts = headings.map(({ offset }) => offset)
  return {
    text,
    headings,
    headingStarts,
    depths,
    hasPages: pageStarts.length > 0,
    hardEnds: [...new Set(cutOff.flatMap((mark) => endsOf(text, mark)))].sort((a, b) => a - b),
    titleAt: (at) => paths[firstAbove(headingStarts, at) - 1] ?? '',
  }
}

/** Place of the first number of an ascending list that is above `limit`. */
export const firstAbove = (ascending: readonly number[], limit: number): number => {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

const nestingOf = (headings: readonly Heading[]): { paths: string[]; depths: number[] } => {
  const open: Heading[] = []
  const depths: number[] = []
  const paths = headings.map((heading) => {
    while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop()
    open.push(heading)
    depths.push(open.length)
    return open.map(({ title }) => title).join(TITLE_SEPARATOR)
  })
  return { paths, depths }
}

const endsOf = (text: string, mark: string): number[] => {
  const ends: number[] = []
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) ends.push(at + mark.length)
  return ends
}
