import { PatternError } from './pattern-error.ts'
import type { CharacterSet } from './pattern-node.ts'

type Range = readonly [number, number]
const POINT_MAX = 0x10_ffff
const NEW_LINE = 10

const range = (from: string, to: string): Range => [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0]

/** In order, none touching the next. */
const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  d: [range('0', '9')],
  w: [range('0', '9'), range('A', 'Z'), range('_', '_'), range('a', 'z')],
  s: [
    [9, 13],
    [32, 32],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ],
}
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0, a: 7 }
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4 }

export const ANY: CharacterSet = { ranges: [[0, POINT_MAX]], inverted: false }
export const ANY_BUT_NEW_LINE: CharacterSet = { ranges: [[NEW_LINE, NEW_LINE]], inverted: true }

export const onePoint = (point: number): CharacterSet => ({ ranges: [[point, point]], inverted: false })

/**
 * The ranges that the escape behind a backslash stands for, and how many characters it takes. Throws PatternError for escapes that mean
 * something else than characters.
 */
export const readEscape = (text: string, at: number): { ranges: readonly Range[]; length: number } => {
  const letter = text[at] ?? ''
  const known = CLASSES[letter.toLowerCase()]
  if (known) return { ranges: letter === letter.toLowerCase() ? known : complement(known), length: 1 }
  const control = CONTROLS[letter]
  if (control !== undefined) return { ranges: [[control, control]], length: 1 }
  const digits = HEX_DIGITS[letter]
  if (digits !== undefined) {
    const code = text.slice(at + 1, at + 1 + digits)
    if (code.length < digits || !/^[0-9a-fA-F]+$/.test(code))
      throw new PatternError(`\\${letter} needs ${digits} digits`)
    const point = Number.parseInt(code, 16)
    return { ranges: [[point, point]], length: 1 + digits }
  }
  if (/[A-Za-z0-9]/.test(letter)) throw new PatternError(`\\${letter} is not supported`)
  const point = text.codePointAt(at)
  if (point === undefined) throw new PatternError('it ends with a backslash')
  return { ranges: [[point, point]], length: String.fromCodePoint(point).length }
}

/** With the other case of ASCII letters. */
export const withBothCases = (set: CharacterSet): CharacterSet => {
  const SHIFT = 32
  const ranges = [...set.ranges]
  for (const [from, to] of set.ranges) {
    addShifted(ranges, [Math.max(from, 65), Math.min(to, 90)], SHIFT)
    addShifted(ranges, [Math.max(from, 97), Math.min(to, 122)], -SHIFT)
  }
  return { ...set, ranges }
}

const addShifted = (ranges: Range[], [from, to]: Range, shift: number): void => {
  if (from <= to) ranges.push([from + shift, to + shift])
}

const complement = (ranges: readonly Range[]): Range[] => {
  const others: Range[] = []
  let next = 0
  for (const [from, to] of ranges) {
    if (next < from) others.push([next, from - 1])
    next = to + 1
  }
  others.push([next, POINT_MAX])
  return others
}
