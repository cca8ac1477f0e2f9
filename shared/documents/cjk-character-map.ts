/** A set of characters that fonts of a script share (Adobe's character collections), and which encodings of it files use. */
interface Collection {
  name: string
  /** Above the highest number that the real collection gives to a glyph, so that fonts that use those are not taken for ours. */
  firstNumber: number
  /** Ranges of characters, first and last. */
  characters: readonly (readonly [number, number])[]
  /** Names of encodings, without direction, by the encoding of the Web that reads the same codes (encoding.spec.whatwg.org). */
  encodings: Readonly<Record<string, readonly string[]>>
  /** Encodings whose codes are Unicode. */
  unicode: readonly string[]
}

const COMMON = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x370, 0x45f],
  [0x2010, 0x2642],
  [0x3000, 0x33ff],
  [0x4e00, 0x9fff],
  [0xf900, 0xfa2d],
  [0xfe30, 0xfe6b],
  [0xff01, 0xffe6],
] as const

const COLLECTIONS: readonly Collection[] = [
  {
    ...{ name: 'Adobe-GB1', firstNumber: 31_000, characters: COMMON, unicode: ['UniGB-UCS2', 'UniGB-UTF16'] },
    encodings: { gb18030: ['GB-EUC', 'GBpc-EUC', 'GBK-EUC', 'GBKp-EUC', 'GBK2K'] },
  },
  {
    ...{ name: 'Adobe-CNS1', firstNumber: 20_000, characters: COMMON, unicode: ['UniCNS-UCS2', 'UniCNS-UTF16'] },
    encodings: { big5: ['B5pc', 'ETen-B5', 'ETenms-B5', 'HKscs-B5'] },
  },
  {
    ...{ name: 'Adobe-Japan1', firstNumber: 24_000, characters: COMMON, unicode: ['UniJIS-UCS2', 'UniJIS-UTF16'] },
    encodings: {
      shift_jis: ['90ms-RKSJ', '90msp-RKSJ', '90pv-RKSJ', '83pv-RKSJ', 'Ext-RKSJ', 'RKSJ'],
      'euc-jp': ['EUC'],
    },
  },
  {
    ...{ name: 'Adobe-Korea1', firstNumber: 19_000, characters: [...COMMON, [0xac00, 0xd7a3]] },
    ...{ unicode: ['UniKS-UCS2', 'UniKS-UTF16'] },
    encodings: { 'euc-kr': ['KSC-EUC', 'KSCms-UHC', 'KSCpc-EUC'] },
  },
]

const DIRECTION = /-([HV])$/
const TO_UNICODE = '-UCS2'
/** Lines of one block (Adobe Technical Note 5014). */
const BLOCK_LINES_MAX = 100

/**
 * A predefined character map of Chinese, Japanese or Korean fonts by its name (ISO 32000-1, 9.7.5.2), so that text of files that embed none can be read.
 * The parser looks a character up in two steps, from its code to the number of a glyph, and from there to Unicode. Since only the text is wanted, the
 * numbers are our own: they stand for the characters themselves. Undefined for a name that is not known.
 */
export const makeCjkCharacterMap = (name: string): Uint8Array<ArrayBuffer> | undefined => {
  for (const collection of COLLECTIONS) {
    if (name === collection.name + TO_UNICODE) return writeMap(name, mapToUnicode(collection))
    const encoding = name.replace(DIRECTION, '')
    if (encoding === name) continue
    if (collection.unicode.includes(encoding)) return writeMap(name, mapOfUnicode(collection))
    const [web] = Object.entries(collection.encodings).find(([, names]) => names.includes(encoding)) ?? []
    if (web) return writeMap(name, mapOfCodes(collection, web))
  }
  return undefined
}

/** The number of each range's first character. */
const numbered = ({ characters, firstNumber }: Collection) => {
  let next = firstNumber
  return characters.map(([first, last]) => {
    const number = next
    next += last - first + 1
    return { first, last, number }
  })
}

interface CharacterMap {
  codes: string
  kind: 'cid' | 'bf'
  ranges: string[]
}

/** What a glyph of the real collection says is not known here: nothing is better than something else. */
const NOTHING = ' '.charCodeAt(0)

const mapToUnicode = (collection: Collection): CharacterMap => ({
  codes: '<0000> <FFFF>',
  kind: 'bf',
  // One line each: a range may not leave the last byte of its character.
  ranges: [
    ...linesOf(collection.firstNumber, (at) => [at, NOTHING]),
    ...numbered(collection).flatMap(({ first, last, number }) =>
      linesOf(last - first + 1, (at) => [number + at, first + at]),
    ),
  ],
})

const linesOf = (count: number, entryAt: (at: number) => [code: number, character: number]): string[] =>
  Array.from({ length: count }, (_, at) => {
    const [code, character] = entryAt(at).map((each) => hex(each))
    return `<${code}> <${code}> <${character}>`
  })

const mapOfUnicode = (collection: Collection): CharacterMap => ({
  codes: '<0000> <FFFF>',
  kind: 'cid',
  ranges: numbered(collection).map(({ first, last, number }) => `<${hex(first)}> <${hex(last)}> ${number}`),
})

const mapOfCodes = (collection: Collection, encoding: string): CharacterMap => {
  const ranges = numbered(collection)
  const decoder = new TextDecoder(encoding as Bun.Encoding)
  const lines: string[] = []
  const add = (bytes: number[]) => {
    const text = decoder.decode(new Uint8Array(bytes))
    const character = text.codePointAt(0) ?? 0
    if (text.length !== 1) return
    const range = ranges.find(({ first, last }) => character >= first && character <= last)
    if (!range) return
    const code = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
    lines.push(`<${code}> <${code}> ${range.number + character - range.first}`)
  }
  const isSingle = (byte: number) => byte < 0x80 || (encoding === 'shift_jis' && byte >= 0xa0 && byte <= 0xdf)
  for (let lead = 0; lead <= 0xff; lead++) {
    if (isSingle(lead)) add([lead])
    else for (let trail = 0x40; trail <= 0xfe; trail++) add([lead, trail])
  }
  const codes =
    encoding === 'shift_jis' ? '<00> <80>\n<8140> <9FFC>\n<A0> <DF>\n<E040> <FCFC>' : '<00> <80>\n<8140> <FEFE>'
  return { codes, kind: 'cid', ranges: lines }
}

const writeMap = (name: string, { codes, kind, ranges }: CharacterMap): Uint8Array<ArrayBuffer> => {
  const blocks = Array.from({ length: Math.ceil(ranges.length / BLOCK_LINES_MAX) }, (_, block) => {
    const lines = ranges.slice(block * BLOCK_LINES_MAX, (block + 1) * BLOCK_LINES_MAX)
    return `${lines.length} begin${kind}range\n${lines.join('\n')}\nend${kind}range`
  })
  const direction = DIRECTION.exec(name)?.[1] === 'V' ? 1 : 0
  const text = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /${name} def
/WMode ${direction} def
${codes.split('\n').length} begincodespacerange
${codes}
endcodespacerange
${blocks.join('\n')}
endcmap CMapName currentdict /CMap defineresource pop end end`
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

const hex = (value: number): string => value.toString(16).padStart(4, '0')
