import type { ChunkPiece } from '../chunk-piece.ts'
import type { SourceText, Span } from '../source-text.ts'
import { LENGTH_MAX_HIGHEST, type SplitSettings } from '../split-settings.ts'
import { cutSpan } from '../split-text.ts'
import { trimmedEnd } from '../trim-span.ts'
import { type CodeLine, readCodeLines } from './code-line.ts'
import { constructName } from './construct-name.ts'

interface Cutting {
  text: string
  lines: readonly CodeLine[]
  settings: SplitSettings
}

/** Lines from `first` to before `last`. */
interface LineRange {
  first: number
  last: number
}

interface Group extends LineRange {
  /** Names of what it is inside of, and its own; outermost first. */
  names: readonly string[]
}

const NAME_SEPARATOR = ' > '
/** Constructs inside of each other that are looked into; deeper ones are cut by lines. */
const NESTING_MAX = 20

/**
 * Cuts source text between its constructs: functions, classes, their members, told by indentation and brackets, each with the comments and
 * decorators above it. Small neighbours share a chunk until it has `lengthMin` characters; a construct longer than `lengthMax` is cut between what it is
 * made of, and at last between lines. No line is cut unless it is longer than `LENGTH_MAX_HIGHEST` by itself.
 */
export const splitCode = (source: SourceText, span: Span, settings: SplitSettings): ChunkPiece[] => {
  const cutting = { text: source.text, lines: readCodeLines(source.text, span), settings }
  const above = source.titleAt(span.start)
  return cutRow(cutting, { first: 0, last: cutting.lines.length, names: [] }).flatMap((group) =>
    toPieces(cutting, group).map((piece) => ({
      ...piece,
      title: [above, ...group.names].filter((name) => name !== '').join(NAME_SEPARATOR),
    })),
  )
}

const toPieces = ({ text, lines, settings }: Cutting, group: LineRange): Span[] => {
  const first = firstFilled(lines, group)
  if (first === undefined) return []
  const start = lines[first]?.start ?? 0
  const end = trimmedEnd(text, start, lines[group.last - 1]?.end ?? start)
  if (end - start <= LENGTH_MAX_HIGHEST) return [{ start, end }]
  return cutSpan(text, { start, end }, { ...settings, lengthMax: LENGTH_MAX_HIGHEST, overlap: 0 })
}

/** Ranges of lines no longer than a chunk, where lines allow that: of a row of constructs. */
const cutRow = (cutting: Cutting, group: Group): Group[] => {
  if (lengthOf(cutting, group) <= cutting.settings.lengthMax) return [group]
  const parts = constructsOf(cutting, group, group.first)
  return parts.length < 2 ? cutConstruct(cutting, parts[0] ?? group, 1) : cutParts(cutting, { group, parts }, 1)
}

/** The same of one construct, between what it is made of. */
const cutConstruct = (cutting: Cutting, group: Group, nesting: number): Group[] => {
  if (lengthOf(cutting, group) <= cutting.settings.lengthMax) return [group]
  const parts = nesting < NESTING_MAX ? constructsOf(cutting, group, headLine(cutting.lines, group) + 1) : []
  return parts.length < 2 ? cutLines(cutting, group) : cutParts(cutting, { group, parts }, nesting + 1)
}

const cutParts = (cutting: Cutting, { group, parts }: { group: Group; parts: Group[] }, nesting: number): Group[] =>
  pack(cutting, group, parts).flatMap((part) => (part.constructs > 1 ? [part] : cutConstruct(cutting, part, nesting)))

/** Lines of equal indentation are told apart by brackets where more than this share of them has it: nobody indented the text. */
const UNINDENTED_SHARE = 0.6

/** What a group is made of from a line on; what stands before that line goes with the first part. */
const constructsOf = ({ text, lines }: Cutting, group: Group, from: number): Group[] => {
  const starts = beginnings(lines, { first: from, last: group.last })
  if (starts.length === 0) return []
  const hasHead = from > group.first
  starts[0] = group.first
  return starts.map((first, order) => {
    const range = { first, last: starts[order + 1] ?? group.last }
    const head = order === 0 && hasHead ? undefined : lines[headLine(lines, range)]
    const name = head && constructName(text.slice(head.start, head.end))
    return { ...range, names: name === undefined ? group.names : [...group.names, name] }
  })
}

/** Numbers of the lines at which the outermost constructs of a range begin, each with what leads to it. */
const beginnings = (lines: readonly CodeLine[], { first, last }: LineRange): number[] => {
  const possible = lines.slice(first, last).filter((line) => !line.blank && !line.continues)
  const indent = leastOf(possible.map((line) => line.indent))
  const atIndent = possible.filter((line) => line.indent === indent)
  const depth =
    atIndent.length > possible.length * UNINDENTED_SHARE
      ? leastOf(atIndent.map((line) => line.depth))
      : Number.POSITIVE_INFINITY
  const starts: number[] = []
  let isLeading = false
  for (let at = first; at < last; at++) {
    const line = lines[at]
    const begins = line && !line.blank && !line.continues && line.indent === indent && line.depth <= depth
    if (begins && !isLeading) starts.push(at)
    isLeading = line?.leads === true && (begins === true || isLeading)
  }
  return starts
}

const leastOf = (numbers: readonly number[]): number =>
  numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY)

/** The line that declares a construct: its first one that is neither blank nor leads to it. */
const headLine = (lines: readonly CodeLine[], { first, last }: LineRange): number => {
  for (let at = first; at < last; at++) {
    const line = lines[at]
    if (line && !line.blank && !line.leads) return at
  }
  return first
}

/** Puts neighbours together while they are too short for a chunk of their own, and statements that declare nothing as long as they fit. */
const pack = (cutting: Cutting, group: Group, parts: readonly Group[]): (Group & { constructs: number })[] => {
  const packed: (Group & { constructs: number })[] = []
  const declares = ({ names }: Group) => names.length > group.names.length
  for (const part of parts) {
    const before = packed.at(-1)
    const belongs =
      before !== undefined &&
      (lengthOf(cutting, before) < cutting.settings.lengthMin || !(declares(before) || declares(part)))
    if (!before || !belongs || lengthOf(cutting, { ...before, last: part.last }) > cutting.settings.lengthMax) {
      packed.push({ ...part, constructs: 1 })
    } else {
      before.last = part.last
      before.constructs += 1
      before.names = commonNames(before.names, part.names)
    }
  }
  return packed
}

const commonNames = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const end = a.findIndex((name, at) => name !== b[at])
  return end < 0 ? a : a.slice(0, end)
}

/** As many lines as fit into each part; it ends at an empty line where one is in its later half. */
const cutLines = (cutting: Cutting, group: Group): Group[] => {
  const { lines, settings } = cutting
  const parts: Group[] = []
  let first = group.first
  while (first < group.last) {
    let last = first + 1
    let afterBlank: number | undefined
    while (last < group.last && lengthOf(cutting, { first, last: last + 1 }) <= settings.lengthMax) {
      last += 1
      if (lines[last - 1]?.blank && lengthOf(cutting, { first, last }) > settings.lengthMax / 2) afterBlank = last
    }
    if (last < group.last && afterBlank !== undefined) last = afterBlank
    parts.push({ first, last, names: group.names })
    first = last
  }
  return parts
}

const lengthOf = ({ lines }: Pick<Cutting, 'lines'>, { first, last }: LineRange): number =>
  (lines[last - 1]?.end ?? 0) - (lines[first]?.start ?? 0)

const firstFilled = (lines: readonly CodeLine[], { first, last }: LineRange): number | undefined => {
  for (let at = first; at < last; at++) if (lines[at]?.blank === false) return at
  return undefined
}
