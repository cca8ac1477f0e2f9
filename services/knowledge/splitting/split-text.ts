import type { Heading } from '#shared/documents/document-text.ts'
import { chooseCut } from './choose-cut.ts'
import { firstAbove, openSource, type SourceText, type Span } from './source-text.ts'
import type { SplitSettings } from './split-settings.ts'
import { trimmedEnd, trimmedStart } from './trim-span.ts'

/** A piece of a text: `text.slice(start, end)`, without blank space at its ends. */
export interface TextPiece extends Span {
  /** The headings above it, from the highest, joined by " > ". Empty without any. */
  title: string
}

interface Section extends Span {
  /** It ends at a mark after which a cut is always made. */
  closed: boolean
}

/**
 * Cuts a text into pieces. Nothing but blank space is left out; no piece is longer than `lengthMax`; one is shorter than `lengthMin` only
 * where its section ends or blank space was trimmed. Settings must be normalised.
 */
export const splitText = (text: string, settings: SplitSettings, headings: readonly Heading[] = []): TextPiece[] =>
  splitRange(
    openSource({ text, headings: [...headings], pageStarts: [] }, settings.cutOff),
    { start: 0, end: text.length },
    settings,
  )

/** The same for a part of a text. */
export const splitRange = (source: SourceText, range: Span, settings: SplitSettings): TextPiece[] =>
  sectionsOf(source, range, settings)
    .flatMap((section) => cutSpan(source.text, section, settings))
    .map((span) => ({ ...span, title: source.titleAt(span.start) }))

/** Cuts at hard marks and at headings; a heading's section that is too short for a piece of its own joins the next one. */
const sectionsOf = (source: SourceText, range: Span, settings: SplitSettings): Section[] => {
  const hard = new Set(within(source.hardEnds, range))
  const soft = settings.titleSplit ? within(source.headingStarts, range) : []
  const borders = [...new Set([...hard, ...soft, range.end])].sort((a, b) => a - b)
  const sections: Section[] = []
  let start = range.start
  for (const end of borders) {
    const before = sections.at(-1)
    const joins =
      before !== undefined &&
      !before.closed &&
      before.end - before.start < settings.lengthMin &&
      end - before.start <= settings.lengthMax
    if (joins) {
      before.end = end
      before.closed = hard.has(end)
    } else {
      sections.push({ start, end, closed: hard.has(end) })
    }
    start = end
  }
  return sections
}

/** Those of ascending places that lie inside a range, or at its end. */
const within = (ascending: readonly number[], { start, end }: Span): number[] =>
  ascending.slice(firstAbove(ascending, start), firstAbove(ascending, end))

/** Cuts a part of a text by length alone. */
export const cutSpan = (text: string, span: Span, settings: SplitSettings): Span[] => {
  const spans: Span[] = []
  const end = trimmedEnd(text, span.start, span.end)
  let start = trimmedStart(text, span.start, end)
  let after = start
  while (start < end) {
    if (end - start <= settings.lengthMax) {
      spans.push({ start, end })
      break
    }
    const cut = chooseCut(text, { start, end, after }, settings)
    spans.push({ start, end: trimmedEnd(text, start, cut) })
    after = trimmedStart(text, cut, end)
    start = trimmedStart(text, overlapStart(text, { start, cut }, settings.overlap), end)
    // Behind much blank space not even a character (of up to two code units) would fit after the repeated text.
    if (start + settings.lengthMax < after + 2) start = after
  }
  return spans
}

/** Where the next piece begins so that it repeats about `overlap` characters, from the beginning of a word. */
const overlapStart = (text: string, { start, cut }: { start: number; cut: number }, overlap: number): number => {
  if (overlap === 0) return cut
  const earliest = cut - overlap
  if (earliest <= start) return cut
  const space = text.slice(earliest - 1, cut).search(/\s/)
  const from = space < 0 ? earliest : earliest + space
  return isLowSurrogate(text, from) ? from + 1 : from
}

const isLowSurrogate = (text: string, at: number) => (text.charCodeAt(at) & 0xfc00) === 0xdc00
