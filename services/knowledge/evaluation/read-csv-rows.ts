/** A row of a CSV text, and the line on which it begins, from 1. */
export interface CsvRow {
  line: number
  fields: string[]
}

const DELIMITERS = [',', ';', '\t'] as const

/**
 * Rows of a CSV text (RFC 4180) with the lines where they begin; empty ones are left out. Fields are parted by what parts those of the first line:
 * commas, semicolons or tabs. A quote within a field without quotes around it is a character like any other. Pure.
 */
export const readCsvRows = (given: string): CsvRow[] => {
  const text = given.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
  const delimiter = delimiterOf(text)
  const rows: CsvRow[] = []
  let line = 1
  let at = 0
  while (at < text.length) {
    const row: CsvRow = { line, fields: [] }
    for (;;) {
      const field = readField(text, at, delimiter)
      row.fields.push(field.value.trim())
      line += field.lines
      at = field.end
      if (text[at] !== delimiter) break
      at += 1
    }
    at += 1
    line += 1
    if (row.fields.some((field) => field !== '')) rows.push(row)
  }
  return rows
}

/** From `at` up to the delimiter, the end of the line or of the text. */
const readField = (text: string, at: number, delimiter: string): { value: string; end: number; lines: number } => {
  if (text[at] !== '"') {
    let end = at
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n') end += 1
    return { value: text.slice(at, end), end, lines: 0 }
  }
  let value = ''
  let lines = 0
  let end = at + 1
  for (; end < text.length; end += 1) {
    if (text[end] === '"') {
      if (text[end + 1] !== '"') break
      end += 1
    }
    if (text[end] === '\n') lines += 1
    value += text[end]
  }
  const rest = readField(text, end + 1, delimiter)
  return { value: value + rest.value, end: rest.end, lines: lines + rest.lines }
}

const delimiterOf = (text: string): string => {
  const first = text.slice(0, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n')).replaceAll(/"[^"]*"/g, '')
  const counts = DELIMITERS.map((delimiter) => [delimiter, first.split(delimiter).length] as const)
  return counts.reduce((most, each) => (each[1] > most[1] ? each : most))[0]
}
