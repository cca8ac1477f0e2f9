import type { Heading } from '#shared/documents/document-text.ts'
import { chooseCut } from './choose-cut.ts'
import type { SplitSettings } from './split-settings.ts'

/** A piece of a text: `text.slice(start, end)`, without blank space at its ends. */
export interface TextPiece {
  start: number
  end: number
  /** The headings above it, from the highest, joined by " > ". Empty without any. */
  title: string
}

interface Section {
  start: number
  end: number
  /** It ends at a mark after which a cut is always made. */
  closed: boolean
}

const TITLE_SEPARATOR = ' > '

/**
 * Cuts a text into pieces. Nothing but blank space is left out; no piece is longer than `lengthMax`; one is shorter than `lengthMin` only
 * where its section ends or blank space was trimmed. Settings must be normalised.
 */
export const splitText = (text: string, settings: SplitSettings, headings: readonly Heading[] = []): TextPiece[] => {
  const titles = titlePaths(headings)
  return sectionsOf(text, settings, headings)
    .flatMap((section) => cutSection(text, section, settings))
    .map((span) => ({ ...span, title: titleAt(titles, span.start) }))
}

/** Cuts at hard marks and at headings; a heading's section that is too short for a piece of its own joins the next one. */
const sectionsOf = (text: string, settings: SplitSettings, headings: readonly Heading[]): Section[] => {
  const hard = new Set(settings.cutOff.flatMap((mark) => endsOf(text, mark)))
  const soft = settings.titleSplit ? headings.map((heading) => heading.offset) : []
  const borders = [...new Set([...hard, ...soft, text.length])].filter((at) => at > 0).sort((a, b) => a - b)
  const sections: Section[] = []
  let start = 0
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

const cutSection = (text: string, section: Section, settings: SplitSettings): { start: number; end: number }[] => {
  const spans: { start: number; end: number }[] = []
  const end = trimmedEnd(text, section.start, section.end)
  let start = trimmedStart(text, section.start, end)
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

const endsOf = (text: string, mark: string): number[] => {
  const ends: number[] = []
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) ends.push(at + mark.length)
  return ends
}

const trimmedStart = (text: string, start: number, end: number): number => {
  let at = start
  while (at < end && isSpace(text.charAt(at))) at += 1
  return at
}

const trimmedEnd = (text: string, start: number, end: number): number => {
  let at = end
  while (at > start && isSpace(text.charAt(at - 1))) at -= 1
  return at
}

const isSpace = (character: string) => character.trim() === ''

const titlePaths = (headings: readonly Heading[]): { offset: number; path: string }[] => {
  const open: Heading[] = []
  return headings.map((heading) => {
    while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop()
    open.push(heading)
    return { offset: heading.offset, path: open.map(({ title }) => title).join(TITLE_SEPARATOR) }
  })
}

const titleAt = (titles: readonly { offset: number; path: string }[], at: number): string =>
  titles.findLast(({ offset }) => offset <= at)?.path ?? ''
