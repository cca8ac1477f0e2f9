import type { HtmlCell, HtmlRow } from './html-table-tracker.ts'

/** Columns that are told; what stands in further ones goes into the last. */
const COLUMNS_MAX = 256
/** A value that covers several rows is told in each, a name above each of its columns, unless it is longer. */
const REPEATED_CHARACTERS_MAX = 200
/** What spans may add to all tables of a page; a table that adds more stays text. */
const ADDED_CELLS_MAX = 500_000
const ADDED_CHARACTERS_MAX = 5_000_000

/** What spans have added to the tables of a page so far. */
export interface AddedCells {
  cells: number
  characters: number
}

/** A row with a text for each column up to the last that holds something. */
export interface GridRow {
  cells: string[]
  isHead: boolean
  /** Nothing but names. */
  isAllNames: boolean
  /** Begins with a name. */
  isNamed: boolean
  /** One cell, however many columns it covers. */
  isSingle: boolean
}

/** What covers a column from above. */
interface Cover {
  rowsLeft: number
  text: string
}

export interface GridSource {
  /** The visible text between two places of the page. */
  textBetween: (start: number, end: number) => string
  added: AddedCells
  /** Of a cell. */
  charactersMax: number
}

/**
 * Puts the cells of a table into their columns (HTML Standard, 4.9.12). Rows without a text are left out. Undefined where a cell holds more than it may,
 * or spans add too much.
 */
export const layOutRows = (rows: readonly HtmlRow[], source: GridSource): GridRow[] | undefined => {
  const grid: GridRow[] = []
  const covers: Cover[] = []
  for (const row of rows) {
    const texts = row.cells.map(({ start, end }) => source.textBetween(start, end))
    if (texts.some(({ length }) => length > source.charactersMax)) return undefined
    const laid = layOutRow(row, { texts, covers, added: source.added })
    if (source.added.cells > ADDED_CELLS_MAX || source.added.characters > ADDED_CHARACTERS_MAX) return undefined
    if (laid.cells.length > 0) grid.push(laid)
  }
  return grid
}

const layOutRow = (
  { cells: given, isHead }: HtmlRow,
  { texts, covers, added }: { texts: readonly string[]; covers: Cover[]; added: AddedCells },
): GridRow => {
  const isAllNames = given.every(({ isName }) => isName)
  const isSingle = given.length === 1
  const cells: string[] = []
  const add = (text: string) => {
    added.cells += 1
    added.characters += text.length
    cells.push(text)
  }
  const addCovered = () => {
    for (let above = covers[cells.length]; above && above.rowsLeft > 0; above = covers[cells.length]) {
      above.rowsLeft -= 1
      add(above.text)
    }
  }
  const place = (text: string, { columns, rows }: HtmlCell) => {
    const short = text.length > REPEATED_CHARACTERS_MAX ? '' : text
    // A name stands above all columns that it covers, a value in the first.
    const beside = isHead || (isAllNames && !isSingle) ? short : ''
    const first = cells.length
    const last = Math.min(first + columns, COLUMNS_MAX)
    cells.push(text)
    while (cells.length < last) add(beside)
    for (let column = first; rows > 1 && column < last; column++) {
      covers[column] = { rowsLeft: rows - 1, text: column === first ? short : beside }
    }
  }
  const beyond: string[] = []
  for (const [index, cell] of given.entries()) {
    const text = texts[index] ?? ''
    addCovered()
    if (cells.length < COLUMNS_MAX) place(text, cell)
    else beyond.push(text)
  }
  addCovered()
  if (beyond.length > 0) cells.push([cells.pop(), ...beyond].join(' ').trim())
  while (cells.at(-1) === '') cells.pop()
  return { cells, isHead, isAllNames, isNamed: given[0]?.isName === true, isSingle }
}
