import type { OfficePackage } from '../open-package.ts'

/** Readings of Asian text, which stand beside it. */
export const STRING_SKIP: ReadonlySet<string> = new Set(['rPh'])

/** The texts that cells name by their place in this list. */
export const readSharedStrings = (office: OfficePackage): string[] => {
  const strings: string[] = []
  let text = ''
  let inText = false
  office.walk(
    office.related(office.mainPart, 'sharedStrings'),
    {
      open(name) {
        if (name === 'si') text = ''
        inText = name === 't'
      },
      close(name) {
        if (name === 'si') strings.push(text)
        inText = false
      },
      text(piece) {
        if (inText) text += piece
      },
    },
    { skip: STRING_SKIP },
  )
  return strings
}
