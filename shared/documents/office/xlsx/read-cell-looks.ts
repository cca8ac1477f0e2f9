import type { OfficePackage } from '../open-package.ts'
import { builtInLook, lookOfCode, type NumberLook } from './number-format.ts'

/** How numbers look by the style that cells name (`s`): place in the list. */
export const readCellLooks = (office: OfficePackage): NumberLook[] => {
  const codes = new Map<number, string>()
  const looks: NumberLook[] = []
  let inCellFormats = false
  office.walk(office.related(office.mainPart, 'styles'), {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      if (name === 'cellXfs') inCellFormats = true
      if (name !== 'xf' || !inCellFormats) return
      const id = Number(attributes.numFmtId ?? 0)
      const code = codes.get(id)
      looks.push(code === undefined ? builtInLook(id) : lookOfCode(code))
    },
    close(name) {
      if (name === 'cellXfs') inCellFormats = false
    },
  })
  return looks
}
