import { seededRandom } from '#shared/testing/seeded-random.ts'
import { addPages, createPdfFile, type PdfFile } from './pdf-file.ts'

const LINES_A_PAGE = 52
const LINE_CHARACTERS = 84
const CJK_LINES_A_PAGE = 38
const CJK_LINE_CHARACTERS = 36
const TOP = 740
/** Pairs of letters that fonts move together, in thousandths of the letters' size. */
const KERNED = new Map([
  ['Te', 70],
  ['Wo', 30],
  ['Th', 18],
  ['ve', 15],
  ['ry', -12],
  ['wa', 10],
  ['yo', 14],
  ['ov', 15],
])

/**
 * A report as a typesetting program writes it: four fonts, kerned lines (`TJ`), running heads, a listing now and then, compressed streams. Words are
 * drawn by `seed`, so that two reports differ.
 */
export const typesetReport = (options: { pages: number; seed: number; words: readonly string[] }) => {
  const random = seededRandom(options.seed)
  const file = createPdfFile()
  const fonts = ['Times-Roman', 'Helvetica-Bold', 'Courier', 'Times-Italic'].map((name) =>
    file.add(`<</Type/Font/Subtype/Type1/BaseFont/${name}/Encoding/WinAnsiEncoding>>`),
  )
  const resources = `/Resources<</Font<<${fonts.map((font, at) => `/F${at + 1} ${font} 0 R`).join('')}>>>>`
  const line = (charactersMax: number) => {
    let text = pick(options.words, random)
    for (;;) {
      const word = pick(options.words, random)
      if (text.length + word.length + 1 > charactersMax) return text
      text += ` ${word}`
    }
  }
  const pages = Array.from({ length: options.pages }, (_, index) => {
    const parts = [show('F4', [9, 60, TOP + 20], `Report ${options.seed}, page ${index + 1}`)]
    for (let row = 0; row < LINES_A_PAGE; row++) {
      const y = TOP - row * 13
      if (row % 26 === 0) parts.push(show('F2', [14, 60, y], capital(line(40))))
      else if (row % 26 > 21) parts.push(show('F3', [9, 72, y], `${row}: ${line(50)}`))
      else
        parts.push(show('F1', [10.5, 60, y], row % 26 === 1 ? capital(line(LINE_CHARACTERS)) : line(LINE_CHARACTERS)))
    }
    return `/Contents ${file.addStream(parts.join('\n'), { deflate: true })} 0 R${resources}`
  })
  return file.finish(addPages(file, pages))
}

/** A document in Chinese: glyphs by number, and a character map that says which characters they are, as programs embed it. */
export const typesetChinese = (options: { pages: number; seed: number; characters: string }) => {
  const random = seededRandom(options.seed)
  const characters = [...options.characters]
  const file = createPdfFile()
  const font = addMappedFont(file, characters)
  const resources = `/Resources<</Font<</F1 ${font} 0 R>>>>`
  const pages = Array.from({ length: options.pages }, () => {
    const lines = Array.from({ length: CJK_LINES_A_PAGE }, (_, row) => {
      const glyphs = Array.from({ length: CJK_LINE_CHARACTERS }, () =>
        hex(1 + Math.floor(random() * characters.length)),
      )
      return `BT/F1 12 Tf 60 ${TOP - row * 18} Td<${glyphs.join('')}>Tj ET`
    })
    return `/Contents ${file.addStream(lines.join('\n'), { deflate: true })} 0 R${resources}`
  })
  return file.finish(addPages(file, pages))
}

/** A page whose font names a predefined character map and embeds none. @param codes hexadecimal codes of its text */
export const typesetByPredefinedMap = (options: { encoding: string; ordering: string; codes: string }) => {
  const file = createPdfFile()
  const descriptor = file.add(
    '<</Type/FontDescriptor/FontName/Sung/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 700/StemV 80>>',
  )
  const descendant = file.add(
    `<</Type/Font/Subtype/CIDFontType0/BaseFont/Sung/CIDSystemInfo<</Registry(Adobe)/Ordering(${options.ordering})/Supplement 2>>/FontDescriptor ${descriptor} 0 R/DW 1000>>`,
  )
  const font = file.add(
    `<</Type/Font/Subtype/Type0/BaseFont/Sung/Encoding/${options.encoding}/DescendantFonts[${descendant} 0 R]>>`,
  )
  const content = file.addStream(`BT/F1 12 Tf 60 ${TOP} Td<${options.codes}>Tj ET`)
  return file.finish(addPages(file, [`/Contents ${content} 0 R/Resources<</Font<</F1 ${font} 0 R>>>>`]))
}

/** A composite font whose glyph 1 is the first character, and so on (ISO 32000-1, 9.10.3). */
const addMappedFont = (file: PdfFile, characters: readonly string[]): number => {
  const map = characters.map((character, at) => `<${hex(at + 1)}><${utf16(character)}>`)
  const blocks = Array.from({ length: Math.ceil(map.length / 100) }, (_, block) => {
    const lines = map.slice(block * 100, block * 100 + 100)
    return `${lines.length} beginbfchar\n${lines.join('\n')}\nendbfchar`
  })
  const toUnicode = file.addStream(
    `/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapName/Mapped def/CMapType 2 def
1 begincodespacerange<0000><FFFF>endcodespacerange
${blocks.join('\n')}
endcmap CMapName currentdict/CMap defineresource pop end end`,
    { deflate: true },
  )
  const descriptor = file.add(
    '<</Type/FontDescriptor/FontName/Song/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 700/StemV 80>>',
  )
  const descendant = file.add(
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ${descriptor} 0 R/DW 1000>>`,
  )
  return file.add(
    `<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[${descendant} 0 R]/ToUnicode ${toUnicode} 0 R>>`,
  )
}

const show = (font: string, [size, x, y]: [number, number, number], text: string): string =>
  `BT/${font} ${size} Tf ${x} ${y} Td[${kern(text)}]TJ ET`

const kern = (text: string): string => {
  let out = ''
  let run = ''
  for (let at = 0; at < text.length; at++) {
    run += text[at]
    const move = KERNED.get(text.slice(at, at + 2))
    if (move === undefined) continue
    out += `(${literal(run)})${move}`
    run = ''
  }
  return run === '' ? out : `${out}(${literal(run)})`
}

const literal = (text: string): string => text.replaceAll(/[\\()]/g, (character) => `\\${character}`)
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const hex = (value: number): string => value.toString(16).padStart(4, '0')
const utf16 = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => hex(character.charCodeAt(at))).join('')
const pick = <Item>(items: readonly Item[], random: () => number): Item =>
  items[Math.floor(random() * items.length)] as Item
