import { toMarkdownRow, toMarkdownRule } from '../../markdown-rows.ts'
import type { XmlVisitor } from '../../xml/walk-xml.ts'

/** What stands together on a slide. */
export interface Shape {
  /** Of its placeholder, such as `title`, `body`, `sldNum`; empty for a shape that fills none. */
  placeholder: string
  lines: string[]
}

const INDENT = '  '
const LEVELS_MAX = 9

/** Collects the shapes of a slide, its notes, or a diagram, in the order of the file (ECMA-376 part 1, 19.3 and 21.1). */
export const walkSlide = (shapes: Shape[]): XmlVisitor => {
  let shape: Shape | undefined
  let rows: string[][] | undefined
  let line = ''
  let level = 0
  let inText = 0
  const begin = () => {
    shape = { placeholder: '', lines: [] }
    shapes.push(shape)
  }
  const endLine = () => {
    const text = line.trim()
    line = ''
    if (text === '') return
    const cells = rows?.at(-1)
    if (cells && cells.length > 0) {
      cells.push([cells.pop(), text].filter(Boolean).join(' '))
      return
    }
    if (!shape) begin()
    shape?.lines.push(level > 0 ? `${INDENT.repeat(level - 1)}- ${text}` : text)
  }
  const opened: Record<string, (attributes: Readonly<Record<string, string>>) => void> = {
    sp: begin,
    graphicFrame: begin,
    ph(attributes) {
      if (shape) shape.placeholder = attributes.type ?? 'body'
    },
    p() {
      line = ''
      level = 0
    },
    pPr(attributes) {
      level = Math.min(Number(attributes.lvl ?? 0) || 0, LEVELS_MAX)
    },
    br() {
      line += '\n'
    },
    t: () => inText++,
    tbl() {
      rows = []
    },
    tr: () => rows?.push([]),
    tc: () => rows?.at(-1)?.push(''),
  }
  const closed: Record<string, () => void> = {
    p: endLine,
    t: () => inText--,
    tbl() {
      for (const row of toTable(rows ?? [])) shape?.lines.push(row)
      rows = undefined
    },
  }
  return {
    open: (name, attributes) => void (Object.hasOwn(opened, name) && opened[name]?.(attributes)),
    close: (name) => void (Object.hasOwn(closed, name) && closed[name]?.()),
    text(text) {
      if (inText > 0) line += text
    },
  }
}

const toTable = (rows: readonly string[][]): string[] =>
  rows.map(toMarkdownRow).toSpliced(1, 0, ...(rows.length > 0 ? [toMarkdownRule(rows[0]?.length ?? 0)] : []))
