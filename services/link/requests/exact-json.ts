/** Numbers that JavaScript would write otherwise than they came: more than 15 digits, an ending zero after the point, an exponent. */
const INEXACT = /\d{16}|\.\d*0(?!\d)|\d[eE]/

interface RawJson {
  readonly rawJSON: string
}
declare global {
  interface JSON {
    rawJSON(text: string): RawJson
    isRawJSON(value: unknown): value is RawJson
  }
}

/** Parses JSON whose numbers writeJson writes as they came. */
export const parseExactly = (text: string): unknown => {
  if (!INEXACT.test(text)) return JSON.parse(text)
  const keep = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? JSON.rawJSON(context.source)
      : value
  return JSON.parse(text, keep)
}

/** JSON with a space after commas and colons, as the wire has it; characters beyond ASCII stay as they are, unless `ascii` is asked for. */
export const writeJson = (value: unknown, options: { ascii?: boolean } = {}): string => {
  const write = (part: unknown): string => {
    if (typeof part === 'string') return options.ascii ? toAscii(JSON.stringify(part)) : JSON.stringify(part)
    if (typeof part !== 'object' || part === null) return JSON.stringify(part) ?? 'null'
    if (JSON.isRawJSON(part)) return part.rawJSON
    if (Array.isArray(part)) return `[${part.map(write).join(', ')}]`
    const members = Object.entries(part).filter(([, member]) => member !== undefined)
    return `{${members.map(([key, member]) => `${write(key)}: ${write(member)}`).join(', ')}}`
  }
  return write(value)
}

const toAscii = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII
  text.replaceAll(/[^\u0000-\u007f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
