/** What parts the fields of a row. */
const DELIMITERS = [',', ';', '\t', '|'] as const
/** As many rows as are looked at to tell a table from prose. */
const SAMPLE_ROWS = 20
const SAMPLE_CHARACTERS = 64_000

/** Every row of a CSV text on one line (RFC 4180): line ends within quotes become spaces, all else stays as it is. */
export const joinCsvRows = (text: string): string => {
  const ends: number[] = []
  let inQuotes = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // A quote that stands for itself is doubled, so it closes and opens again.
    if (code === QUOTE) inQuotes = !inQuotes
    else if (code === LINE_FEED && inQuotes) ends.push(at)
  }
  // A quote without its end is a character like any other.
  if (inQuotes || ends.length === 0) return text
  let joined = ''
  let from = 0
  for (const at of ends) {
    joined += `${text.slice(from, at)} `
    from = at + 1
  }
  return joined + text.slice(from)
}

const QUOTE = 0x22
const LINE_FEED = 0x0a

/** True for a text whose first rows all have the same number of fields, two at least. */
export const isTable = (text: string): boolean => findDelimiter(text) !== undefined

/** What parts the fields of such a text; undefined for any other. */
export const findDelimiter = (text: string): string | undefined => {
  const sample = text.slice(0, SAMPLE_CHARACTERS)
  const rows = joinCsvRows(sample).split('\n')
  // The last row of a cut sample is cut too.
  const whole = (text.length > SAMPLE_CHARACTERS ? rows.slice(0, -1) : rows)
    .filter((row) => row.trim() !== '')
    .slice(0, SAMPLE_ROWS)
  return DELIMITERS.find((delimiter) => {
    const counts = new Set(whole.map((row) => row.replaceAll(/"[^"]*"/g, '').split(delimiter).length))
    return counts.size === 1 && !counts.has(1)
  })
}
