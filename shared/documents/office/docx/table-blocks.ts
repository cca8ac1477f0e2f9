import { toMarkdownRow, toMarkdownRule } from '../../markdown-rows.ts'
import type { Block } from '../../text-writer.ts'

/** What is in a cell, from its first block to its last. */
export type Cell = readonly Block[]

/** A table as Markdown rows; one that has a single column holds text rather than values, and gives it as it is. */
export const toTableBlocks = (rows: readonly (readonly Cell[])[], isNested: boolean): Block[] => {
  if (rows.every((cells) => cells.length <= 1)) return rows.flatMap((cells) => cells.flat())
  const texts = rows.map((cells) => cells.map(textOf))
  // A table in a cell of another is one line of it.
  if (isNested) return [{ text: texts.map((cells) => cells.filter(Boolean).join(' ')).join('; ') }]
  return rows.flatMap((cells, index) => {
    const row = { text: toMarkdownRow(texts[index] ?? []), breaks: breaksOf(cells), tight: index > 0 }
    return index === 0 ? [row, { text: toMarkdownRule(cells.length), tight: true }] : [row]
  })
}

const textOf = (cell: Cell): string => cell.map(({ text }) => text.trim()).join(' ')

/** A page that begins within a row begins with it. */
const breaksOf = (cells: readonly Cell[]): number[] =>
  cells.flatMap((cell) => cell.flatMap(({ breaks = [] }) => breaks.map(() => 0)))
