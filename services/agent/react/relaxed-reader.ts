/** Reads one value of JSON, JSON5 or Python's notation from a place in a text. */
export interface RelaxedReader {
  /** Undefined when there is none, or the text ends before it does. */
  readValue(): { value: unknown } | undefined
  /** Where the value ended. */
  position(): number
}

/** Deeper values are no arguments of a call. */
const DEPTH_MAX = 64

const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
  undefined: null,
}
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' }
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '‘': '’' }
const GAP = /(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/|#[^\n]*\n)*/uy
const BARE = /[\p{L}_$][\p{L}\p{N}_$-]*/uy
const NUMBER = /[-+]?(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/uy

export const createRelaxedReader = (text: string, start: number): RelaxedReader => {
  let at = start

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  const take = (character: string): boolean => {
    match(GAP)
    if (text[at] !== character) return false
    at += 1
    return true
  }

  const readText = (): string | undefined => {
    const close = CLOSING[text[at] ?? '']
    if (close === undefined) return undefined
    at += 1
    let value = ''
    while (at < text.length) {
      const character = text[at]
      at += 1
      if (character === close) return value
      value += character === '\\' ? readEscape() : character
    }
    return undefined
  }

  const readEscape = (): string => {
    const escaped = text[at] ?? ''
    at += 1
    if (escaped === 'u') {
      const code = /^[\da-fA-F]{4}/.exec(text.slice(at, at + 4))?.[0]
      if (code === undefined) return 'u'
      at += 4
      return String.fromCharCode(Number.parseInt(code, 16))
    }
    return escaped === '\n' ? '' : (ESCAPES[escaped] ?? escaped)
  }

  const readKey = (): string | undefined => {
    match(GAP)
    return readText() ?? match(BARE) ?? match(NUMBER)
  }

  const readObject = (depth: number): { value: unknown } | undefined => {
    const value: [string, unknown][] = []
    while (!take('}')) {
      const key = readKey()
      if (key === undefined || !(take(':') || take('：'))) return undefined
      const item = readAt(depth + 1)
      if (!item) return undefined
      value.push([key, item.value])
      if (!take(',') && !take('，') && !isNext('}')) return undefined
    }
    return { value: Object.fromEntries(value) }
  }

  const readList = (depth: number): { value: unknown } | undefined => {
    const value: unknown[] = []
    while (!take(']')) {
      const item = readAt(depth + 1)
      if (!item) return undefined
      value.push(item.value)
      if (!take(',') && !take('，') && !isNext(']')) return undefined
    }
    return { value }
  }

  const isNext = (character: string): boolean => {
    match(GAP)
    return text[at] === character
  }

  const readAt = (depth: number): { value: unknown } | undefined => {
    if (depth > DEPTH_MAX) return undefined
    if (take('{')) return readObject(depth)
    if (take('[')) return readList(depth)
    const quoted = readText()
    if (quoted !== undefined) return { value: quoted }
    const number = match(NUMBER)
    if (number !== undefined) return { value: Number(number) }
    const word = match(BARE)
    return word !== undefined && Object.hasOwn(WORDS, word) ? { value: WORDS[word] } : undefined
  }

  return { readValue: () => readAt(0), position: () => at }
}
