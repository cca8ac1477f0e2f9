/** Control characters that no text has but most binary files have among their first bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BINARY = /[\0-\x08\x0e-\x1a\x1c-\x1f]/
const SAMPLE_CHARACTERS = 100_000

/** Text as UTF-8, as UTF-16 with a byte order mark, or as GB 18030 (older Chinese files). Undefined when it is none of them. */
export const decodeText = (bytes: Uint8Array): string | undefined => {
  const encodings =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? ['utf-16le']
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? ['utf-16be']
        : ['utf-8', 'gb18030']
  for (const encoding of encodings) {
    const text = decodeStrictly(bytes, encoding)
    if (text !== undefined && !BINARY.test(text.slice(0, SAMPLE_CHARACTERS))) {
      // PostgreSQL stores no zero character, and lone carriage returns are line ends.
      return text.replaceAll('\0', '').replaceAll(/\r\n?/g, '\n')
    }
  }
  return undefined
}

const decodeStrictly = (bytes: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding as Bun.Encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
