import type { SourceText, Span } from '../source-text.ts'
import { findMarkdownTables } from './find-markdown-tables.ts'
import { readCsvTable } from './read-csv-table.ts'
import { isNumber, type Table } from './table.ts'

/** The tables of a document, in order. */
export const findTables = (source: SourceText): Table[] => {
  const tables = findMarkdownTables(source.text)
  if (tables.length > 0) return withNamesOfGaps(source.text, tables)
  const table = readCsvTable(source)
  return table ? [table] : []
}

/**
 * A sheet's table that has an empty row in it is two by what its reader writes. The second has no names of its own: its first row holds numbers, and
 * is one of its values.
 */
const withNamesOfGaps = (text: string, tables: readonly Table[]): Table[] => {
  const named: Table[] = []
  for (const table of tables) {
    const before = named.at(-1)
    const first = table.header ?? table.rows[0]
    const goesOn =
      before?.header?.cells.length === first?.cells.length &&
      first?.cells.some(isNumber) === true &&
      text.slice(before?.end ?? 0, table.start).trim() === ''
    const header = before?.header ?? null
    named.push(goesOn ? { ...table, header, rows: table.header ? [table.header, ...table.rows] : table.rows } : table)
  }
  return named
}

/** The spans between and around others that are in order. */
export const spansBetween = (spans: readonly Span[], textEnd: number): Span[] => {
  const between: Span[] = []
  let start = 0
  for (const span of spans) {
    if (span.start > start) between.push({ start, end: span.start })
    start = Math.max(start, span.end)
  }
  if (start < textEnd) between.push({ start, end: textEnd })
  return between
}
