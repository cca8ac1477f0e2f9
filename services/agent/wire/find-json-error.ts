/**
 * Where a text stops being JSON (RFC 8259), as a character offset, since the wire's message names it and JSON.parse does not. Undefined for
 * well-formed JSON. Pure.
 */
export const findJsonError = (text: string): number | undefined => {
  const end = skipValue(text, 0)
  if (end.failed) return end.at
  const rest = skipSpace(text, end.at)
  return rest === text.length ? undefined : rest
}

interface Position {
  at: number
  failed: boolean
}

/** Values may nest this deep: what is deeper is refused where it begins to be, before it takes the stack. */
const DEPTH_MAX = 500
const SPACE = /[ \t\n\r]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them unescaped
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y

const skipValue = (text: string, from: number, depth = 0): Position => {
  const at = skipSpace(text, from)
  if (depth > DEPTH_MAX) return { at, failed: true }
  const first = text[at]
  if (first === '{') return skipItems(text, at + 1, { close: '}', depth, skipItem: skipMember })
  if (first === '[') return skipItems(text, at + 1, { close: ']', depth, skipItem: skipValue })
  return skipToken(first === '"' ? STRING : SCALAR, text, at)
}

const skipMember = (text: string, from: number, depth: number): Position => {
  const key = skipToken(STRING, text, skipSpace(text, from))
  if (key.failed) return key
  const colon = skipSpace(text, key.at)
  return text[colon] === ':' ? skipValue(text, colon + 1, depth) : { at: colon, failed: true }
}

const skipItems = (
  text: string,
  from: number,
  options: { close: string; depth: number; skipItem: (text: string, from: number, depth: number) => Position },
): Position => {
  let at = skipSpace(text, from)
  if (text[at] === options.close) return { at: at + 1, failed: false }
  for (;;) {
    const item = options.skipItem(text, at, options.depth + 1)
    if (item.failed) return item
    at = skipSpace(text, item.at)
    if (text[at] === options.close) return { at: at + 1, failed: false }
    if (text[at] !== ',') return { at, failed: true }
    at += 1
  }
}

const skipToken = (token: RegExp, text: string, at: number): Position => {
  token.lastIndex = at
  return token.test(text) ? { at: token.lastIndex, failed: false } : { at, failed: true }
}

const skipSpace = (text: string, at: number): number => {
  SPACE.lastIndex = at
  SPACE.test(text)
  return SPACE.lastIndex
}
