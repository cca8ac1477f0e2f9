/** A cell of an HTML table; `start` and `end` are places in the text that is put together while the page is read. */
export interface HtmlCell {
  start: number
  end: number
  /** A th: it names a column or a row. */
  isName: boolean
  /** How many columns and rows it says to cover: 1 or more, of any size. */
  columns: number
  rows: number
}

export interface HtmlRow {
  start: number
  /** Inside a thead. */
  isHead: boolean
  cells: HtmlCell[]
}

export interface HtmlTable {
  end: number
  rows: HtmlRow[]
  isCaptioned: boolean
  /** Another table stands in one of its cells. */
  holdsTable: boolean
  /** A heading stands in a cell that is no name. */
  holdsHeading: boolean
}

export interface OpenTable extends HtmlTable {
  /** Its rows are no rows of values, or it is too large or too deep to be told so: it stays text. */
  isText: boolean
  isInHead: boolean
}

/** Rows and cells of a page that are remembered; tables that go beyond are read as the text that they hold. */
export const HTML_CELLS_MAX = 500_000
/** Tables within tables whose rows are told. Layouts of old pages nest a few. */
const DEPTH_MAX = 5
/** Of a span: more than a page has rows. */
const SPAN_MAX = 65_534

/**
 * Follows the tables of a page, told of its tags in order. Each call gives the place in the text where the tag stands. HTML lets rows and cells be
 * left unclosed, so each ends where the next begins.
 */
export const createTableTracker = () => {
  const open: OpenTable[] = []
  const closed: HtmlTable[] = []
  let remembered = 0

  const remember = (table: OpenTable): boolean => {
    remembered += table.isText ? 0 : 1
    if (remembered <= HTML_CELLS_MAX) return !table.isText
    table.isText = true
    table.rows = []
    return false
  }
  const lastRow = () => open.at(-1)?.rows.at(-1)
  const endCell = (at: number) => {
    const cell = lastRow()?.cells.at(-1)
    if (cell && cell.end < 0) cell.end = at
  }
  const openRow = (at: number) => {
    const table = open.at(-1)
    if (!table) return
    endCell(at)
    if (remember(table)) table.rows.push({ start: at, isHead: table.isInHead, cells: [] })
  }

  return {
    /** @returns what `closeTable` is told when this very table ends */
    openTable(isLayout: boolean): OpenTable {
      const above = open.at(-1)
      if (above) above.holdsTable = true
      const flags = { isCaptioned: false, holdsTable: false, holdsHeading: false, isInHead: false }
      const table = { end: -1, rows: [], ...flags, isText: isLayout || open.length >= DEPTH_MAX }
      open.push(table)
      return table
    },
    /** Tables inside of it that were left unclosed end with it. */
    closeTable(table: OpenTable, at: number): void {
      while (table.end < 0) {
        endCell(at)
        const last = open.pop() ?? table
        last.end = at
        const above = open.at(-1)
        if (above) above.holdsHeading ||= last.holdsHeading
        if (!last.isText && last.rows.length > 1) closed.push(last)
      }
    },
    setHead(isInHead: boolean): void {
      const table = open.at(-1)
      if (table) table.isInHead = isInHead
    },
    openRow,
    openCell(at: number, isName: boolean): void {
      const table = open.at(-1)
      if (!table) return
      endCell(at)
      if (!lastRow()) openRow(at)
      if (remember(table)) lastRow()?.cells.push({ start: at, end: -1, isName, columns: 1, rows: 1 })
    },
    /** What the cell that was opened last says of itself: its attributes `colspan` and `rowspan`. */
    spanCell(columns: string | null, rows: string | null): void {
      const cell = lastRow()?.cells.at(-1)
      if (!cell) return
      cell.columns = spanOf(columns) || 1
      // A rowspan of 0 goes down to the last row (HTML Standard, 4.9.11).
      cell.rows = rows?.trim() === '0' ? SPAN_MAX : spanOf(rows) || 1
    },
    caption(): void {
      const table = open.at(-1)
      if (table) table.isCaptioned = true
    },
    heading(): void {
      const table = open.at(-1)
      if (table && (table.isText || lastRow()?.cells.at(-1)?.isName === false)) table.holdsHeading = true
    },
    /** Tables that may be rows of values, in order of where they begin: one that holds others stands before them. */
    tables: (): HtmlTable[] => closed.sort((a, b) => startOf(a) - startOf(b) || b.end - a.end),
  }
}

/** Where the first row of a table begins. What stands before it, such as its caption, is text. */
export const startOf = ({ rows }: HtmlTable): number => rows[0]?.start ?? 0

const spanOf = (attribute: string | null): number => Math.min(Number.parseInt(attribute ?? '', 10) || 0, SPAN_MAX)
