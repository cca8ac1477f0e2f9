/** Control characters that no text has but most binary files have among their first bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BINARY = /[\0-\x08\x0e-\x1a\x1c-\x1f]/
const SAMPLE_CHARACTERS = 100_000

/** Places that windows-1252 leaves empty: other files have bytes there. */
const UNUSED_1252 = /[\x81\x8d\x8f\x90\x9d]/

/**
 * Text as UTF-8, as UTF-16 with a byte order mark, as GB 18030 (older Chinese files) or as windows-1252 (older files of Western Europe, which
 * spreadsheets still write). Undefined when it is none of them.
 */
export const decodeText = (bytes: Uint8Array): string | undefined => {
  const encodings =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? ['utf-16le']
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? ['utf-16be']
        : ['utf-8', 'gb18030', 'windows-1252']
  for (const encoding of encodings) {
    const text = decodeStrictly(bytes, encoding)
    if (text === undefined) continue
    const sample = text.slice(0, SAMPLE_CHARACTERS)
    if (encoding === 'gb18030' && isLatin(sample)) continue
    if (!BINARY.test(sample) && !(encoding === 'windows-1252' && UNUSED_1252.test(sample))) {
      // PostgreSQL stores no zero character, and lone carriage returns are line ends.
      return text.replaceAll('\0', '').replaceAll(/\r\n?/g, '\n')
    }
  }
  return undefined
}

/** A lone character of another script within a word. */
const WITHIN_WORD = /(?<=[a-z])\P{ASCII}(?!\P{ASCII})|(?<!\P{ASCII})\P{ASCII}(?=[a-z])/gu

/**
 * As GB 18030 a letter with an accent takes the next one with it and makes a Chinese character of both. Real Chinese stands in runs, or alone
 * between spaces.
 */
const isLatin = (sample: string): boolean => {
  const others = sample.match(/\P{ASCII}/gu)?.length ?? 0
  return 2 * (sample.match(WITHIN_WORD)?.length ?? 0) > others
}

const decodeStrictly = (bytes: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding as Bun.Encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
