import type { XmlVisitor } from '../../xml/walk-xml.ts'
import { type NumberLook, showNumber } from './number-format.ts'

export interface SheetReader {
  strings: readonly string[]
  looks: readonly NumberLook[]
  countsFrom1904: boolean
  /** Told every row that has a value, with its number. */
  onRow(number: number, cells: string[]): void
}

interface Cell {
  column: number
  type: string
  style: number
  value: string
  inline: string
}

/** Columns of a sheet, A to XFD. */
const COLUMNS_MAX = 16_384
const LETTERS = 26

/** Reads the rows of a sheet: shown values, and of formulas the result that was last computed (ECMA-376 part 1, 18.3). */
export const walkSheet = (reader: SheetReader): XmlVisitor => {
  let row: string[] = []
  let rowNumber = 0
  let cell: Cell | undefined
  let inside = ''
  return {
    open(name, attributes) {
      inside = name
      if (name === 'row') {
        row = []
        rowNumber = Number(attributes.r) || rowNumber + 1
      }
      if (name === 'c') {
        const column = columnOf(attributes.r) ?? row.length
        cell = { column, type: attributes.t ?? 'n', style: Number(attributes.s ?? 0), value: '', inline: '' }
      }
    },
    close(name) {
      inside = ''
      if (name === 'c' && cell) {
        place(row, cell.column, showCell(cell, reader))
        cell = undefined
      }
      if (name === 'row' && row.some((text) => text.trim() !== '')) reader.onRow(rowNumber, trimEnd(row))
    },
    text(piece) {
      if (cell && inside === 'v') cell.value += piece
      if (cell && inside === 't') cell.inline += piece
    },
  }
}

const showCell = ({ type, style, value, inline }: Cell, { strings, looks, countsFrom1904 }: SheetReader): string => {
  if (type === 's') return strings[Number(value)] ?? ''
  if (type === 'inlineStr') return inline
  if (type === 'b') return value.trim() === '1' ? 'TRUE' : 'FALSE'
  if (type === 'n') return showNumber(value, looks[style] ?? 'plain', countsFrom1904)
  return value
}

const place = (row: string[], column: number, text: string): void => {
  if (text === '' || column >= COLUMNS_MAX) return
  while (row.length < column) row.push('')
  row[column] = text
}

const trimEnd = (row: string[]): string[] => row.slice(0, row.findLastIndex((text) => text.trim() !== '') + 1)

/** 0 for "A7", 27 for "AB7". */
const columnOf = (reference: string | undefined): number | undefined => {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(reference ?? '')?.[0]
  if (letters === undefined) return undefined
  let column = 0
  for (const letter of letters) column = column * LETTERS + letter.charCodeAt(0) - 64
  return column - 1
}
