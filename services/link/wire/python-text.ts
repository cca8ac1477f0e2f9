/** As much of a value as a message shows. */
const SHOWN_LENGTH_MAX = 500

/** A JSON value as the original's language writes it, which its messages show. */
export const pythonText = (value: unknown): string => {
  const text = write(value)
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text
}

const write = (value: unknown): string => {
  if (typeof value === 'string') return quote(value)
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (value === null || value === undefined) return 'None'
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`
  if (typeof value !== 'object') return String(value)
  return `{${Object.entries(value)
    .map(([key, part]) => `${quote(key)}: ${write(part)}`)
    .join(', ')}}`
}

/** Single quotes, unless the text holds some and no double ones. */
export const quote = (text: string): string => {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
  return `${mark}${mark === "'" ? escaped.replaceAll("'", "\\'") : escaped}${mark}`
}
