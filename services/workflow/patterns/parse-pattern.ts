import { ANY, ANY_BUT_NEW_LINE, onePoint, readEscape, withBothCases } from './character-sets.ts'
import { PatternError } from './pattern-error.ts'
import type { CharacterSet, PatternNode } from './pattern-node.ts'

/** Groups in groups. */
const DEPTH_MAX = 50
/** Repetitions are written out, so they are bounded. */
const REPEAT_MAX = 1_000
const FLAGS = /^\(\?([ims]+)\)/
const COUNT = /^\{(\d+)(,?)(\d*)\}/

/**
 * Reads a regular expression in the part of JavaScript's and Python's syntax that can be matched in linear time: no references back, no looking
 * around. `(?i)`, `(?s)` and `(?m)` at the beginning are understood, `(?P<name>…)` and `(?<name>…)` count as groups. Throws PatternError.
 */
export const parsePattern = (text: string): { node: PatternNode; groups: number } => {
  const flags = FLAGS.exec(text)?.[1] ?? ''
  if (flags.includes('m')) throw new PatternError('(?m) is not supported')
  const reader = new PatternReader(text, flags ? flags.length + '(?)'.length : 0, flags)
  const node = reader.readChoice(0)
  reader.expectEnd()
  return { node, groups: reader.groups }
}

class PatternReader {
  groups = 0
  readonly #text: string
  readonly #ignoreCase: boolean
  readonly #dot: CharacterSet
  #at: number

  constructor(text: string, at: number, flags: string) {
    this.#text = text
    this.#at = at
    this.#ignoreCase = flags.includes('i')
    this.#dot = flags.includes('s') ? ANY : ANY_BUT_NEW_LINE
  }

  readChoice(depth: number): PatternNode {
    if (depth > DEPTH_MAX) throw this.#fault(`groups are nested deeper than ${DEPTH_MAX}`)
    const options = [this.#readSequence(depth)]
    while (this.#take('|')) options.push(this.#readSequence(depth))
    return options.length === 1 && options[0] ? options[0] : { type: 'choice', options }
  }

  expectEnd(): void {
    if (this.#at < this.#text.length) throw this.#fault('unexpected )')
  }

  #readSequence(depth: number): PatternNode {
    const parts: PatternNode[] = []
    while (this.#at < this.#text.length && !this.#sees('|') && !this.#sees(')')) {
      parts.push(this.#readRepeats(this.#readAtom(depth)))
    }
    return parts.length === 1 && parts[0] ? parts[0] : { type: 'sequence', parts }
  }

  #readRepeats(part: PatternNode): PatternNode {
    const bounds = this.#readBounds()
    if (!bounds) return part
    if (part.type === 'assert') throw this.#fault('nothing to repeat')
    const lazy = this.#take('?')
    if (this.#sees('*') || this.#sees('+')) throw this.#fault('a repetition of a repetition')
    return { type: 'repeat', part, ...bounds, lazy }
  }

  #readBounds(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.#take('?')) return { min: 0, max: 1 }
    const [whole, from, comma, to] = COUNT.exec(this.#text.slice(this.#at, this.#at + 20)) ?? []
    if (whole === undefined) return undefined
    this.#at += whole.length
    const min = Number(from)
    const max = comma === '' ? min : to === '' ? Number.POSITIVE_INFINITY : Number(to)
    if (min > REPEAT_MAX || (max !== Number.POSITIVE_INFINITY && max > REPEAT_MAX)) {
      throw this.#fault(`more than ${REPEAT_MAX} repetitions`)
    }
    if (max < min) throw this.#fault('the bounds of a repetition are out of order')
    return { min, max }
  }

  #readAtom(depth: number): PatternNode {
    if (this.#take('(')) return this.#readGroup(depth)
    if (this.#take('[')) return this.#toSet(this.#readClass())
    if (this.#take('.')) return { type: 'set', set: this.#dot }
    if (this.#take('^')) return { type: 'assert', at: 'start' }
    if (this.#take('$')) return { type: 'assert', at: 'end' }
    if (this.#take('\\')) return this.#readBackslash()
    if (this.#sees('*') || this.#sees('+') || this.#sees('?')) throw this.#fault('nothing to repeat')
    return this.#toSet(onePoint(this.#takePoint()))
  }

  #readBackslash(): PatternNode {
    if (this.#take('b')) return { type: 'assert', at: 'word' }
    if (this.#take('B')) return { type: 'assert', at: 'no-word' }
    if (this.#take('A')) return { type: 'assert', at: 'start' }
    if (this.#take('Z')) return { type: 'assert', at: 'end' }
    const { ranges, length } = readEscape(this.#text, this.#at)
    this.#at += length
    return this.#toSet({ ranges, inverted: false })
  }

  #readGroup(depth: number): PatternNode {
    const isPlain = this.#take('?:')
    if (!isPlain && this.#sees('?')) this.#skipGroupName()
    const index = isPlain ? 0 : ++this.groups
    const part = this.readChoice(depth + 1)
    if (!this.#take(')')) throw this.#fault('a group is not closed')
    return isPlain ? part : { type: 'group', index, part }
  }

  #skipGroupName(): void {
    const name = /^\?P?<[A-Za-z_]\w{0,99}>/.exec(this.#text.slice(this.#at, this.#at + 110))?.[0]
    if (!name) throw this.#fault('looking around, references and conditions are not supported')
    this.#at += name.length
  }

  #readClass(): CharacterSet {
    const inverted = this.#take('^')
    const ranges: (readonly [number, number])[] = []
    for (let isFirst = true; isFirst || !this.#take(']'); isFirst = false) {
      if (this.#at >= this.#text.length) throw this.#fault('a set of characters is not closed')
      const from = this.#readClassPart()
      const isRange = this.#sees('-') && this.#text[this.#at + 1] !== ']' && this.#at + 1 < this.#text.length
      if (!isRange) {
        ranges.push(...from)
        continue
      }
      this.#at += 1
      const to = this.#readClassPart()
      const [first, last] = [pointOf(from), pointOf(to)]
      if (first === undefined || last === undefined || last < first) throw this.#fault('a range is out of order')
      ranges.push([first, last])
    }
    return { ranges, inverted }
  }

  #readClassPart(): readonly (readonly [number, number])[] {
    if (!this.#take('\\')) {
      const point = this.#takePoint()
      return [[point, point]]
    }
    if (this.#take('b')) return [[8, 8]]
    const { ranges, length } = readEscape(this.#text, this.#at)
    this.#at += length
    return ranges
  }

  #toSet(set: CharacterSet): PatternNode {
    return { type: 'set', set: this.#ignoreCase ? withBothCases(set) : set }
  }

  #takePoint(): number {
    const point = this.#text.codePointAt(this.#at) ?? 0
    this.#at += String.fromCodePoint(point).length
    return point
  }

  #sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at)
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false
    this.#at += text.length
    return true
  }

  #fault(reason: string): PatternError {
    return new PatternError(`${reason} (position ${this.#at})`)
  }
}

/** The point of a part that is a single character. */
const pointOf = (ranges: readonly (readonly [number, number])[]): number | undefined => {
  const [only, ...others] = ranges
  return only && others.length === 0 && only[0] === only[1] ? only[0] : undefined
}
