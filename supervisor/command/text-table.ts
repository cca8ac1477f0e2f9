/** Rows as aligned columns, the first row as the head. Numbers to the right. Pure. */
export const renderTable = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column] ?? '').length)),
  )
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, column) =>
        pad(
          cell,
          widths[column] ?? 0,
          rows.every((row) => typeof row[column] === 'number'),
        ),
      )
      .join('  ')
      .trimEnd()
  return [head, ...rows].map((cells) => `${line(cells)}\n`).join('')
}

const pad = (cell: string | number, width: number, right: boolean): string =>
  right ? String(cell).padStart(width) : String(cell).padEnd(width)
