/** A text that is no literal of Python or JSON. */
export class LiteralError extends Error {}

// Sticky: they match where the reader stands.
const NUMBER = /[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y
const NAMES: Record<string, unknown> = { True: true, False: false, None: null, true: true, false: false, null: null }
const NAME = /[A-Za-z]+/y
const BLANK = /\s+/y
const DEPTH_MAX = 100
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0', '\n': '' }

/**
 * Reads one literal: numbers, quoted texts, lists, tuples, dicts, True, False, None and JSON's spellings. The original evaluated such texts as
 * programs; this only reads data. Tuples become arrays; keys of dicts become strings. Throws LiteralError.
 */
export const parsePythonLiteral = (text: string): unknown => {
  const reader = new LiteralReader(text)
  const value = reader.readValue(0)
  reader.expectEnd()
  return value
}

class LiteralReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  readValue(depth: number): unknown {
    if (depth > DEPTH_MAX) throw new LiteralError(`nested deeper than ${DEPTH_MAX}`)
    this.#skipBlanks()
    const next = this.#text[this.#at] ?? ''
    if (next === '[') return this.#readList(']', depth)
    if (next === '(') return this.#readTuple(depth)
    if (next === '{') return this.#readDict(depth)
    if (next === '"' || next === "'") return this.#readText(next)
    return this.#readNumber() ?? this.#readName()
  }

  expectEnd(): void {
    this.#skipBlanks()
    if (this.#at < this.#text.length) throw this.#fault('end of text')
  }

  #readList(close: string, depth: number): unknown[] {
    const items: unknown[] = []
    this.#at += 1
    while (!this.#take(close)) {
      items.push(this.readValue(depth + 1))
      if (!this.#take(',')) {
        this.#expect(close)
        break
      }
    }
    return items
  }

  #readTuple(depth: number): unknown {
    const start = this.#at
    const items = this.#readList(')', depth)
    const hasComma = this.#text.slice(start, this.#at).trimEnd().slice(0, -1).trimEnd().endsWith(',')
    return items.length === 1 && !hasComma ? items[0] : items
  }

  #readDict(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = []
    this.#at += 1
    while (!this.#take('}')) {
      const key = this.readValue(depth + 1)
      this.#expect(':')
      entries.push([String(key), this.readValue(depth + 1)])
      if (!this.#take(',')) {
        this.#expect('}')
        break
      }
    }
    return Object.fromEntries(entries)
  }

  #readText(quote: string): string {
    let value = ''
    this.#at += 1
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined || character === '\n') throw this.#fault(quote)
      this.#at += 1
      if (character === quote) return value
      value += character === '\\' ? this.#readEscape() : character
    }
  }

  #readEscape(): string {
    const letter = this.#text[this.#at] ?? ''
    this.#at += 1
    const digits = { x: 2, u: 4, U: 8 }[letter]
    if (digits === undefined) return ESCAPES[letter] ?? ('\\\'"/'.includes(letter) ? letter : `\\${letter}`)
    const code = this.#text.slice(this.#at, this.#at + digits)
    if (!/^[0-9a-fA-F]+$/.test(code) || code.length < digits) throw this.#fault(`${digits} hexadecimal digits`)
    this.#at += digits
    const point = Number.parseInt(code, 16)
    if (point > 0x10ffff) throw this.#fault('a code point')
    return String.fromCodePoint(point)
  }

  #readNumber(): number | undefined {
    const found = this.#match(NUMBER)
    if (found === '') return undefined
    const number = Number(found.replaceAll('_', ''))
    // JSON has no infinity: what is stored could not be read again.
    if (!Number.isFinite(number)) throw this.#fault('a number below 1.8e308')
    this.#at += found.length
    return number
  }

  #readName(): unknown {
    const name = this.#match(NAME)
    if (!Object.hasOwn(NAMES, name)) throw this.#fault('a value')
    this.#at += name.length
    return NAMES[name]
  }

  #take(character: string): boolean {
    this.#skipBlanks()
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#fault(character)
  }

  #skipBlanks(): void {
    this.#at += this.#match(BLANK).length
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0] ?? ''
  }

  #fault(expected: string): LiteralError {
    return new LiteralError(`expected ${expected} at position ${this.#at}`)
  }
}
