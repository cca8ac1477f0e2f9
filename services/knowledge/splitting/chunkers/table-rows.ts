import type { Chunker, ChunkPiece } from '../chunk-piece.ts'
import { inOrder } from '../in-order.ts'
import type { SourceText } from '../source-text.ts'
import type { SplitSettings } from '../split-settings.ts'
import { cutSpan, splitRange } from '../split-text.ts'
import { findTables, spansBetween } from '../tables/find-tables.ts'
import type { Table, TableRow } from '../tables/table.ts'

/**
 * Each row of a table is a chunk: a line for each value, after the name of its column. A row longer than `lengthMax` is cut, and each part has the
 * whole row as its context. What stands outside of tables is cut by length.
 */
export const splitByRows: Chunker = (source, settings) => {
  const tables = findTables(source)
  const rows = tables.flatMap((table) => table.rows.flatMap((row) => piecesOf(source, { table, row }, settings)))
  const around = spansBetween(tables, source.text.length).flatMap((span) => splitRange(source, span, settings))
  return inOrder(rows, around)
}

const piecesOf = (
  source: SourceText,
  { table, row }: { table: Table; row: TableRow },
  settings: SplitSettings,
): ChunkPiece[] => {
  const whole = describeRow(row, table.header)
  const at = { start: row.start, end: row.end, title: source.titleAt(row.start) }
  if (whole.length <= settings.lengthMax) return whole === '' ? [] : [{ ...at, content: whole }]
  return cutSpan(whole, { start: 0, end: whole.length }, settings).map((part) => ({
    ...at,
    content: whole.slice(part.start, part.end),
    context: whole,
  }))
}

/** `name: value` a line; without names, the values. Cells without a value are left out. */
export const describeRow = (row: TableRow, header: TableRow | null): string =>
  row.cells
    .map((cell, column) => {
      const name = header?.cells[column] ?? ''
      return cell === '' || name === '' ? cell : `${name}: ${cell}`
    })
    .filter((line) => line !== '')
    .join('\n')
