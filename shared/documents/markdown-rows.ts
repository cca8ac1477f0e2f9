/** A row of a Markdown table, on one line. */
export const toMarkdownRow = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll(/\s+/g, ' ').trim().replaceAll('|', '\\|')).join(' | ')} |`

/** The line under a table's first row, which makes it the table's header (GitHub Flavored Markdown 4.10). */
export const toMarkdownRule = (columns: number): string => `|${' --- |'.repeat(columns)}`
