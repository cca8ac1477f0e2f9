import { DocumentUnreadableError } from '../../errors.ts'
import type { TextWriter } from '../../text-writer.ts'
import { prefixedAttributeOf } from '../../xml/walk-xml.ts'
import { type OfficePackage, openPackage } from '../open-package.ts'
import { type Shape, walkSlide } from './walk-slide.ts'

const TITLES: ReadonlySet<string> = new Set(['title', 'ctrTitle'])
/** The same on every slide. */
const MARGINS: ReadonlySet<string> = new Set(['sldNum', 'dt', 'ftr', 'hdr', 'sldImg'])

/** Reads a presentation: a page for each slide in the order of the show, its title as a heading, diagrams and the speaker's notes below. */
export const readPptx = (bytes: Uint8Array, writer: TextWriter): void => {
  const office = openPackage(bytes)
  const slides = readSlideParts(office)
  let hasText = false
  for (const [index, part] of slides.entries()) {
    writer.startPage()
    for (const { text, level } of readSlide(office, part)) {
      writer.write({ text, level })
      hasText = true
    }
    writer.progress(index + 1, slides.length)
  }
  if (!hasText) throw new DocumentUnreadableError(office.hasImages ? 'needsOcr' : 'empty')
}

const readSlideParts = (office: OfficePackage): string[] => {
  const parts = new Map(office.relationsOf(office.mainPart).map(({ id, target }) => [id, target]))
  const slides: string[] = []
  office.walk(office.mainPart, {
    open(name, attributes) {
      if (name !== 'sldId') return
      const part = parts.get(prefixedAttributeOf(attributes, 'id') ?? '')
      if (part === undefined) throw new Error('the presentation names a slide that is not there')
      slides.push(part)
    },
  })
  return slides
}

const readSlide = (office: OfficePackage, part: string): { text: string; level: number | undefined }[] => {
  const relations = office.relationsOf(part)
  const shapesOf = (type: string) =>
    relations.filter((it) => it.type === type).flatMap((it) => readShapes(office, it.target))
  const shapes = readShapes(office, part).filter(({ placeholder }) => !MARGINS.has(placeholder))
  const titles = shapes.filter(({ placeholder }) => TITLES.has(placeholder))
  const others = shapes.filter(({ placeholder }) => !TITLES.has(placeholder))
  const notes = shapesOf('notesSlide').filter(({ placeholder }) => placeholder === 'body')
  return [
    ...titles.map((shape) => ({ text: shape.lines.join(' '), level: 1 })),
    ...[...others, ...shapesOf('diagramData')].map((shape) => ({ text: shape.lines.join('\n'), level: undefined })),
    ...notes
      .map((shape) => ({ text: shape.lines.join('\n'), level: undefined }))
      .filter(({ text }) => text !== '')
      .map(asNotes),
  ].filter(({ text }) => text.trim() !== '')
}

const asNotes = ({ text }: { text: string }) => ({ text: `Notes: ${text}`, level: undefined })

const readShapes = (office: OfficePackage, part: string): Shape[] => {
  const shapes: Shape[] = []
  office.walk(part, walkSlide(shapes))
  return shapes
}
