import { findDelimiter } from '#shared/documents/read-csv.ts'
import type { SourceText } from '../source-text.ts'
import { type Table, type TableRow, toTable } from './table.ts'

/** The whole text as one table, where it is values with delimiters, a row a line; undefined for anything else. */
export const readCsvTable = (source: SourceText): Table | undefined => {
  const { text } = source
  if (source.headings.length > 0 || source.hasPages) return undefined
  const delimiter = findDelimiter(text)
  if (delimiter === undefined) return undefined
  const rows: TableRow[] = []
  let start = 0
  for (const line of text.split('\n')) {
    const end = start + line.length
    if (line.trim() !== '') rows.push({ start, end, cells: cellsOf(line, delimiter) })
    start = end + 1
  }
  return toTable({ start: 0, end: text.length }, rows)
}

/** The fields of a row (RFC 4180): in quotes anything may stand, a quote doubled. */
const cellsOf = (line: string, delimiter: string): string[] => {
  const cells: string[] = []
  let at = 0
  while (at <= line.length) {
    const quoted = line[at] === '"' ? closingQuote(line, at) : undefined
    const end = line.indexOf(delimiter, quoted ?? at)
    const stop = end < 0 ? line.length : end
    const cell =
      quoted === undefined
        ? line.slice(at, stop)
        : // What follows the closing quote is no part of the rule; it is kept.
          line.slice(at + 1, quoted).replaceAll('""', '"') + line.slice(quoted + 1, stop)
    cells.push(cell.trim())
    at = stop + 1
  }
  return cells
}

/** Place of the quote that ends the field which begins with the one at `from`; undefined where none does. */
const closingQuote = (line: string, from: number): number | undefined => {
  let at = from + 1
  for (;;) {
    const quote = line.indexOf('"', at)
    if (quote < 0) return undefined
    if (line[quote + 1] !== '"') return quote
    at = quote + 2
  }
}
