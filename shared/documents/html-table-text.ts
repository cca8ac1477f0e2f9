import { type AddedCells, type GridRow, type GridSource, layOutRows } from './html-table-grid.ts'
import { type HtmlTable, startOf } from './html-table-tracker.ts'
import { toMarkdownRow, toMarkdownRule } from './markdown-rows.ts'

/** Rows whose names are put together: "2024" above "First half" names a column "2024 First half". */
const NAME_ROWS_MAX = 4
/** Cells that hold more are columns of a page and no values; a table that names its columns is believed more. */
const VALUE_CHARACTERS_MAX = 1_000
const NAMED_VALUE_CHARACTERS_MAX = 5_000
/** Share of the rows that hold two values or more; a table that names its columns may have rows between that are titles. */
const FILLED_MIN = 2 / 3
const NAMED_FILLED_MIN = 1 / 2

/**
 * The text of those tables of a page that hold values, as Markdown rows with the names of the columns first, and where it belongs. Other tables put
 * a page in order, and stay the text that they are: those that hold headings or long texts, those whose rows hold one value each, and those that say so.
 *
 * @param textBetween gives the visible text between two places of the page
 */
export const tellTables = (
  tables: readonly HtmlTable[],
  textBetween: GridSource['textBetween'],
): { start: number; end: number; text: string }[] => {
  const told: { start: number; end: number; text: string }[] = []
  const added: AddedCells = { cells: 0, characters: 0 }
  for (const table of tables) {
    const start = startOf(table)
    // Part of a cell that is told.
    if (start < (told.at(-1)?.end ?? 0)) continue
    const text = tableText(table, { textBetween, added })
    if (text !== undefined) told.push({ start, end: table.end, text })
  }
  return told
}

const tableText = (table: HtmlTable, page: Omit<GridSource, 'charactersMax'>): string | undefined => {
  const isNaming = table.isCaptioned || table.rows.some(({ isHead, cells }) => isHead || cells.some((c) => c.isName))
  if (table.holdsHeading || (table.holdsTable && !isNaming)) return undefined
  const charactersMax = isNaming ? NAMED_VALUE_CHARACTERS_MAX : VALUE_CHARACTERS_MAX
  const rows = layOutRows(table.rows, { ...page, charactersMax })
  if (!rows) return undefined
  const { titles, names, values } = takeNames(rows)
  const columns = Math.max(names.length, widthOf(values))
  if (columns < 2 || !isFilled(values, isNaming) || (names.length === 0 && values.length < 2)) return undefined
  return [...titles, markdownOf({ columns, names, values })].join('\n\n')
}

const isFilled = (values: readonly GridRow[], isNaming: boolean): boolean => {
  const filled = values.filter(({ cells }) => cells.filter((cell) => cell !== '').length > 1).length
  return filled > 0 && filled >= values.length * (isNaming ? NAMED_FILLED_MIN : FILLED_MIN)
}

/** Without names the first row is taken for them, as in files of values; rows that begin with their own names need none, and an empty row says so. */
const markdownOf = (table: { columns: number; names: readonly string[]; values: readonly GridRow[] }): string => {
  const isNamed = table.names.length > 0 || table.values.every((row) => row.isNamed)
  const names = isNamed ? table.names : (table.values[0]?.cells ?? [])
  const values = isNamed ? table.values : table.values.slice(1)
  const header = Array.from({ length: table.columns }, (_, column) => names[column] ?? '')
  const rows = values.map(({ cells }) => toMarkdownRow(cells))
  return [toMarkdownRow(header), toMarkdownRule(table.columns), ...rows].join('\n')
}

const widthOf = (rows: readonly GridRow[]): number =>
  rows.reduce((width, { cells }) => Math.max(width, cells.length), 0)

/** Parts the rows that name columns from the values, and from both the rows above them that are a title of it all. */
const takeNames = (rows: readonly GridRow[]): { titles: string[]; names: string[]; values: GridRow[] } => {
  const hasHead = rows.some(({ isHead }) => isHead)
  const titles: string[] = []
  const above: GridRow[] = []
  for (const [index, row] of rows.slice(0, -1).entries()) {
    if (above.length === NAME_ROWS_MAX || !(hasHead ? row.isHead : row.isAllNames)) break
    const isTitle = above.length === 0 && row.isSingle && widthOf(rows.slice(index + 1, index + 3)) > 1
    if (isTitle) titles.push(row.cells[0] ?? '')
    else above.push(row)
  }
  const values = rows.slice(titles.length + above.length)
  // What claims to cover more columns than there are covers those that are.
  const width = Math.max(widthOf(values), ...above.map(({ cells }) => new Set(cells).size))
  const names = Array.from({ length: above.length === 0 ? 0 : width }, (_, column) =>
    [...new Set(above.map(({ cells }) => cells[column] ?? ''))].filter((name) => name !== '').join(' '),
  )
  return { titles, names, values }
}
