import type { Span } from '../source-text.ts'

/** A line of a source text as far as cutting needs to know it. */
export interface CodeLine extends Span {
  /** Columns before the first character that is no blank space, tabs to the next multiple of four. */
  indent: number
  blank: boolean
  /** Brackets that are open where it begins, strings and comments aside. */
  depth: number
  /** It ends or goes on with what came before: a closing bracket, `end`, `else` and their like, or it is inside of a string. */
  continues: boolean
  /** It belongs to what follows: a comment, a decorator, an attribute. */
  leads: boolean
}

const TAB_COLUMNS = 4
/** Longer lines are read this far; what is behind decides nothing about where to cut. */
const READ_CHARACTERS_MAX = 2_000

const CONTINUES =
  /^(?:[)}\]]|(?:end|else|elif|elsif|elseif|except|rescue|ensure|finally|catch|then|fi|done|esac|loop|until|while\s*\(.*\)\s*;)\b|&&|\|\||\.[A-Za-z_]|\?\.|```\s*$|~~~\s*$)/i
const LEADS = /^(?:\/\/|\/\*|\*|#(?!\s*(?:define|endif))|--|@[A-Za-z_]|;;|%|<!--|\[[A-Za-z_]|```|~~~|template\s*<)/

const FENCE = /^(?:```|~~~)/
const COMMENT_END = '*/'
/** A string or comment of more lines than this was none: its first sign meant something else. */
const INSIDE_LINES_MAX = 200

/** Quotes that may hold lines; the rest end with theirs. */
const LONG_QUOTES = ['"""', "'''", '`']

/** The lines of a part of a text, in order, each with its line end except where the part ends before it. */
export const readCodeLines = (text: string, { start, end }: Span): CodeLine[] => {
  const lines: CodeLine[] = []
  let depth = 0
  /** What ends the string or comment that a line begins inside of. */
  let inside: string | undefined
  let linesInside = 0
  for (let at = start; at < end; ) {
    const found = text.indexOf('\n', at)
    const next = found < 0 || found >= end ? end : found + 1
    const line = text.slice(at, Math.min(next, at + READ_CHARACTERS_MAX))
    const trimmed = line.trim()
    const indent = indentOf(line)
    // Nothing but a broken count of brackets lets a text go on for good: an empty line before one that is not indented starts over.
    if (indent === 0 && depth > 0 && inside === undefined && lines.at(-1)?.blank === true && !CONTINUES.test(trimmed)) {
      depth = 0
    }
    if (inside !== undefined) linesInside += 1
    else linesInside = 0
    if (linesInside > INSIDE_LINES_MAX) inside = undefined
    const isInside = inside !== undefined
    lines.push({
      start: at,
      end: next,
      indent,
      blank: trimmed === '',
      depth,
      continues: isInside || CONTINUES.test(trimmed),
      leads: isInside ? inside === COMMENT_END : LEADS.test(trimmed),
    })
    if (!FENCE.test(trimmed)) ({ depth, inside } = readBrackets(line, { depth, inside }))
    at = next
  }
  return lines
}

const indentOf = (line: string): number => {
  let columns = 0
  for (const character of line) {
    if (character === ' ') columns += 1
    else if (character === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS)
    else return columns
  }
  return columns
}

/** Signs that open or close something, longest first. */
const SIGNS = /"""|'''|\/\*|\/\/|\\.|["'`([{)\]}]|(?:^|\s)#/g

interface ReadingState {
  depth: number
  /** What ends the string or comment that it is inside of. */
  inside: string | undefined
}

const readBrackets = (line: string, before: ReadingState): ReadingState => {
  let { depth } = before
  let at = 0
  if (before.inside !== undefined) {
    const closed = line.indexOf(before.inside)
    if (closed < 0) return before
    at = closed + before.inside.length
  }
  SIGNS.lastIndex = at
  for (let match = SIGNS.exec(line); match; match = SIGNS.exec(line)) {
    const sign = match[0].trimStart()
    if (sign === '//' || sign === '#') break
    const step = STEPS.get(sign)
    if (step !== undefined) depth = Math.max(0, depth + step)
    else if (!sign.startsWith('\\')) {
      const end = endOfQuote(line, sign, SIGNS.lastIndex)
      if (typeof end === 'string') return { depth, inside: end }
      SIGNS.lastIndex = end
    }
  }
  return { depth, inside: undefined }
}

const STEPS: ReadonlyMap<string, number> = new Map([
  ['(', 1],
  ['[', 1],
  ['{', 1],
  [')', -1],
  [']', -1],
  ['}', -1],
])

/** Where a string or comment ends in its line; what will end it where it goes on to the next. */
const endOfQuote = (line: string, sign: string, from: number): number | string => {
  const close = sign === '/*' ? COMMENT_END : sign
  const closed = line.indexOf(close, from)
  if (closed >= 0) return closed + close.length
  // A lone apostrophe is a lifetime, a digit separator or a word's.
  return sign === '/*' || LONG_QUOTES.includes(sign) ? close : from
}
