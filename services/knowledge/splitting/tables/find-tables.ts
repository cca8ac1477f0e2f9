import type { SourceText, Span } from '../source-text.ts'
import { findMarkdownTables } from './find-markdown-tables.ts'
import { readCsvTable } from './read-csv-table.ts'
import type { Table } from './table.ts'

/** The tables of a document, in order. */
export const findTables = (source: SourceText): Table[] => {
  const tables = findMarkdownTables(source.text)
  if (tables.length > 0) return tables
  const table = readCsvTable(source)
  return table ? [table] : []
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
