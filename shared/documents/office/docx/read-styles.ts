import { attributeOf } from '../../xml/walk-xml.ts'
import type { OfficePackage } from '../open-package.ts'

/** What a style says of the paragraphs that have it. */
export interface ParagraphStyle {
  /** Of a heading; 1 is the highest. */
  level: number | undefined
  numberingId: string | undefined
  numberingLevel: number | undefined
}

interface Declared {
  name: string
  basedOn?: string
  outline?: number
  numberingId?: string
  numberingLevel?: number
}

const BASES_MAX = 20
/** Outline levels are 0 to 8; 9 is text (ECMA-376 part 1, 17.3.1.20). */
const OUTLINE_MAX = 8
const HEADING_NAME = /^heading (\d)$/i
const TITLE_NAME = /^title$/i

/** The paragraph styles by their id, with what they take from the styles they are based on. */
export const readStyles = (office: OfficePackage): Map<string, ParagraphStyle> => {
  const declared = new Map<string, Declared>()
  let style: Declared | undefined
  office.walk(office.related(office.mainPart, 'styles'), {
    open(name, attributes) {
      const value = attributeOf(attributes, 'val')
      if (name === 'style') {
        style = { name: '' }
        declared.set(attributeOf(attributes, 'styleId') ?? '', style)
      }
      if (style && value !== undefined) declare(style, name, value)
    },
    close(name) {
      if (name === 'style') style = undefined
    },
  })
  return new Map([...declared].map(([id]) => [id, resolveStyle(declared, id)]))
}

const declare = (style: Declared, name: string, value: string): void => {
  if (name === 'name') style.name = value
  if (name === 'basedOn') style.basedOn = value
  if (name === 'outlineLvl') style.outline = Number(value)
  if (name === 'numId') style.numberingId = value
  if (name === 'ilvl') style.numberingLevel = Number(value)
}

export const toHeadingLevel = (outline: number | undefined): number | undefined =>
  outline !== undefined && outline >= 0 && outline <= OUTLINE_MAX ? outline + 1 : undefined

const resolveStyle = (declared: ReadonlyMap<string, Declared>, id: string): ParagraphStyle => {
  const style: ParagraphStyle = { level: undefined, numberingId: undefined, numberingLevel: undefined }
  let current = declared.get(id)
  for (let bases = 0; current && bases < BASES_MAX; bases++) {
    style.level ??= levelOf(current)
    style.numberingId ??= current.numberingId
    style.numberingLevel ??= current.numberingLevel
    current = declared.get(current.basedOn ?? '')
  }
  return style
}

const levelOf = ({ name, outline }: Declared): number | undefined => {
  const byName = HEADING_NAME.exec(name)?.[1]
  if (byName !== undefined && byName !== '0') return Number(byName)
  return TITLE_NAME.test(name) ? 1 : toHeadingLevel(outline)
}
