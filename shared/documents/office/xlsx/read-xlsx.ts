import { DocumentUnreadableError } from '../../errors.ts'
import { toMarkdownRow, toMarkdownRule } from '../../markdown-rows.ts'
import type { TextWriter } from '../../text-writer.ts'
import { prefixedAttributeOf } from '../../xml/walk-xml.ts'
import { isOn, type OfficePackage, openPackage } from '../open-package.ts'
import { readCellLooks } from './read-cell-looks.ts'
import { readSharedStrings, STRING_SKIP } from './read-shared-strings.ts'
import { walkSheet } from './walk-sheet.ts'

/**
 * Reads a workbook: each sheet that has values is a heading, its rows are those of Markdown tables. A row that follows empty ones begins a table of
 * its own, with itself as the header.
 */
export const readXlsx = (bytes: Uint8Array, writer: TextWriter): void => {
  const office = openPackage(bytes)
  const { sheets, countsFrom1904 } = readWorkbook(office)
  const parts = new Map(office.relationsOf(office.mainPart).map(({ id, target }) => [id, target]))
  const shown = { strings: readSharedStrings(office), looks: readCellLooks(office), countsFrom1904 }
  let hasValues = false
  for (const { name, relationId } of sheets) {
    let previousRow: number | undefined
    const visitor = walkSheet({
      ...shown,
      onRow(number, cells) {
        if (previousRow === undefined) writer.write({ text: name, level: 1 })
        const beginsTable = previousRow === undefined || number > previousRow + 1
        writer.write({ text: toMarkdownRow(cells), tight: !beginsTable })
        if (beginsTable) writer.write({ text: toMarkdownRule(cells.length), tight: true })
        previousRow = number
        hasValues = true
      },
    })
    office.walk(parts.get(relationId), visitor, { skip: STRING_SKIP })
  }
  if (!hasValues && office.hasImages) throw new DocumentUnreadableError('needsOcr')
}

const readWorkbook = (office: OfficePackage) => {
  const sheets: { name: string; relationId: string }[] = []
  let countsFrom1904 = false
  office.walk(office.mainPart, {
    open(name, attributes) {
      if (name === 'workbookPr') countsFrom1904 = isOn({ val: attributes.date1904 ?? '0' })
      if (name !== 'sheet') return
      sheets.push({ name: attributes.name ?? '', relationId: prefixedAttributeOf(attributes, 'id') ?? '' })
    },
  })
  return { sheets, countsFrom1904 }
}
