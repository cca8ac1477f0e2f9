import { attributeOf } from '../../xml/walk-xml.ts'
import type { OfficePackage } from '../open-package.ts'
import { formatNumber } from './format-number.ts'

interface Level {
  start: number
  format: string
  /** `%1` stands for the number of the first level, and so on. */
  text: string
}

/** Counts the items of a document's lists. */
export interface Numbering {
  /** What stands before the next item of a list: "-" for bullets, "2." or "b)" for numbers; empty where the list shows nothing. */
  next(numberingId: string, level: number): string
}

/** ECMA-376 part 1, 17.9: an instance (`num`) is a list of an abstract definition. */
export const readNumbering = (office: OfficePackage): Numbering => {
  const { abstracts, instances } = readDefinitions(office)
  const counts = new Map<string, number[]>()
  return {
    next(numberingId, given) {
      const at = toLevel(String(given))
      const found = instances.get(numberingId)
      const list = found && abstracts.get(found.abstractId)
      const shown = list?.[at]
      if (!found || !list || !shown || shown.format === 'none') return ''
      if (shown.format === 'bullet') return '-'
      const startOf = (index: number) => found.starts.get(index) ?? list[index]?.start ?? 1
      const count = counts.get(numberingId) ?? []
      count[at] = (count[at] ?? startOf(at) - 1) + 1
      count.length = at + 1
      counts.set(numberingId, count)
      return shown.text.replaceAll(/%([1-9])/g, (_, place: string) => {
        const index = Number(place) - 1
        return formatNumber(count[index] ?? startOf(index), list[index]?.format ?? 'decimal')
      })
    },
  }
}

interface Instance {
  abstractId: string
  /** Numbers at which levels begin instead. */
  starts: Map<number, number>
}

const readDefinitions = (office: OfficePackage) => {
  const abstracts = new Map<string, Level[]>()
  const instances = new Map<string, Instance>()
  let levels: Level[] = []
  let level: Level | undefined
  let instance: Instance | undefined
  let overridden = 0
  const opened: Record<string, (value: string, get: (local: string) => string | undefined) => void> = {
    abstractNum(_, get) {
      levels = []
      abstracts.set(get('abstractNumId') ?? '', levels)
    },
    num(_, get) {
      instance = { abstractId: '', starts: new Map() }
      instances.set(get('numId') ?? '', instance)
    },
    abstractNumId(value) {
      if (instance) instance.abstractId = value
    },
    lvlOverride(_, get) {
      overridden = toLevel(get('ilvl'))
    },
    startOverride(value) {
      instance?.starts.set(overridden, Number(value))
    },
    lvl(_, get) {
      if (instance) return
      level = { start: 1, format: 'decimal', text: '' }
      levels[toLevel(get('ilvl'))] = level
    },
    start(value) {
      if (level) level.start = Number(value)
    },
    numFmt(value) {
      if (level) level.format = value
    },
    lvlText(value) {
      if (level) level.text = value
    },
  }
  office.walk(office.related(office.mainPart, 'numbering'), {
    open(name, attributes) {
      if (!Object.hasOwn(opened, name)) return
      const get = (local: string) => attributeOf(attributes, local)
      opened[name]?.(get('val') ?? '', get)
    },
    close(name) {
      if (name === 'lvl') level = undefined
      if (name === 'num') instance = undefined
    },
  })
  return { abstracts, instances }
}

const LEVELS_MAX = 9

const toLevel = (text: string | undefined): number => {
  const level = Number(text)
  return Number.isInteger(level) && level >= 0 && level < LEVELS_MAX ? level : 0
}
