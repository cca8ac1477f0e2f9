import type { Span } from '../source-text.ts'

export interface TableRow extends Span {
  cells: string[]
}

/** A table as it stands in a text. */
export interface Table extends Span {
  /** The names of its columns; null where its first row holds values like the others. */
  header: TableRow | null
  rows: TableRow[]
}

const NUMBER = /^[-+(]?[\p{Sc}]?\s?\d[\d.,:/ -]*%?\)?$/u

/** Whether a cell holds a number, an amount, a date or a time. */
export const isNumber = (cell: string): boolean => NUMBER.test(cell)

/** Names go with every value below them; what is longer is a text. */
const NAME_CHARACTERS_MAX = 200

const isName = (cell: string): boolean => cell.length <= NAME_CHARACTERS_MAX

/** Takes the first row as names of columns, unless it is alone, holds nothing but numbers, or more text than a name has. */
export const toTable = (span: Span, rows: TableRow[]): Table => {
  const [first, ...rest] = rows
  const filled = first?.cells.filter((cell) => cell !== '') ?? []
  const isHeader = rest.length > 0 && filled.length > 0 && !filled.every(isNumber) && filled.every(isName)
  return first && isHeader ? { ...span, header: first, rows: rest } : { ...span, header: null, rows }
}
