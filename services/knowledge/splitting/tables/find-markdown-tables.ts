import type { Span } from '../source-text.ts'
import { type Table, type TableRow, toTable } from './table.ts'

/** The line under a header (GitHub Flavored Markdown 4.10). */
const RULE = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$/
const FENCE = /^ {0,3}(`{3,}|~{3,})/

/** Tables of a text in Markdown, outside fenced code, in order. Readers of other formats write their tables so too. */
export const findMarkdownTables = (text: string): Table[] => {
  const reader = createTableReader()
  let fence = ''
  let start = 0
  for (const line of text.split('\n')) {
    const span = { start, end: start + line.length }
    const marker = FENCE.exec(line)?.[1]
    if (fence === '' && !marker) reader.read(line, span)
    else reader.close()
    if (fence === '') fence = marker ?? ''
    else if (marker?.startsWith(fence)) fence = ''
    start = span.end + 1
  }
  return reader.close()
}

/** Told line by line; `close` ends the table that is open and gives all there were. */
const createTableReader = () => {
  const tables: Table[] = []
  let before: TableRow | undefined
  let open: { start: number; end: number; rows: TableRow[] } | undefined
  const close = (): Table[] => {
    if (open) tables.push(toTable({ start: open.start, end: open.end }, open.rows))
    open = undefined
    before = undefined
    return tables
  }
  const read = (line: string, span: Span): void => {
    if (!line.includes('|')) {
      close()
      return
    }
    const row = { ...span, cells: cellsOf(line) }
    if (open) {
      open.rows.push(row)
      open.end = span.end
    } else if (before && RULE.test(line.trim()) && row.cells.length === before.cells.length) {
      open = { start: before.start, end: span.end, rows: [before] }
    } else {
      before = row
    }
  }
  return { read, close }
}

/** What stands between bars that no backslash stands before. */
const cellsOf = (line: string): string[] => {
  const cells = line.trim().split(/(?<!\\)\|/)
  if (cells[0]?.trim() === '') cells.shift()
  if (cells.at(-1)?.trim() === '' && cells.length > 1) cells.pop()
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'))
}
