import { DocumentUnreadableError } from '../../errors.ts'
import type { Block, TextWriter } from '../../text-writer.ts'
import { type OfficePackage, openPackage } from '../open-package.ts'
import { type Numbering, readNumbering } from './read-numbering.ts'
import { type ParagraphStyle, readStyles } from './read-styles.ts'
import { BODY_SKIP, walkBody } from './walk-body.ts'

interface Look {
  styles: ReadonlyMap<string, ParagraphStyle>
  numbering: Numbering
}

/**
 * Reads a Word document: paragraphs, headings, lists and tables in reading order, the notes at the end. Its pages are those that the program that
 * saved it has noted, and those that begin at breaks which somebody made; a file without either has none. Headers and footers are left out.
 */
export const readDocx = (bytes: Uint8Array, writer: TextWriter): void => {
  const office = openPackage(bytes)
  const look = { styles: readStyles(office), numbering: readNumbering(office) }
  const references: { kind: 'footnote' | 'endnote'; id: string }[] = []
  const blocks = writeInOrder(writer)
  const body = walkBody({
    ...look,
    onBlock: blocks.add,
    onReference(kind, id) {
      const known = references.findIndex((reference) => reference.kind === kind && reference.id === id)
      return `[^${known < 0 ? references.push({ kind, id }) : known + 1}]`
    },
  })
  office.walk(office.mainPart, body, { skip: BODY_SKIP })
  const notes = {
    footnote: readNotes(office, 'footnotes', look),
    endnote: readNotes(office, 'endnotes', look),
  }
  for (const [index, { kind, id }] of references.entries()) {
    const text = notes[kind].get(id)
    if (text !== undefined) writer.write({ text: `[^${index + 1}]: ${text}` })
  }
  if (!blocks.hasText && office.hasImages) throw new DocumentUnreadableError('needsOcr')
}

/** Pages that begin at blank paragraphs begin at the next one that is not. */
const writeInOrder = (writer: TextWriter) => {
  let pending: number[] = []
  let hasText = false
  return {
    get hasText() {
      return hasText
    },
    add(block: Block) {
      const breaks = [...pending, ...(block.breaks ?? [])]
      if (block.text.trim() === '') {
        pending = breaks.map(() => 0)
        return
      }
      hasText = true
      pending = []
      writer.write({ ...block, breaks })
    },
  }
}

const readNotes = (office: OfficePackage, type: string, look: Look): Map<string, string> => {
  const notes = new Map<string, string>()
  let texts: string[] = []
  const visitor = walkBody({
    ...look,
    onBlock: ({ text }) => texts.push(text.trim()),
    onNoteEnd(id) {
      notes.set(id, texts.filter(Boolean).join(' '))
      texts = []
    },
  })
  office.walk(office.related(office.mainPart, type), visitor, { skip: BODY_SKIP })
  return notes
}
