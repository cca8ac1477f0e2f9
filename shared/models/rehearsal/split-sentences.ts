/** Shorter pieces (headings, page numbers, keys of JSON) answer nothing. */
const SENTENCE_CHARS_MIN = 8
/** A period, question or exclamation mark before a space, a Han one anywhere, or an empty line. */
const BOUNDARY = /(?<=[.!?]["')\]]?)\s+|(?<=[。！？；])|\n\s*\n|\n(?=\s*(?:[-*#]|\d+[.)])\s)/u

/** The sentences of retrieved passages, in order, each once. Passages may be JSON as a knowledge search returns it. Pure. */
export const splitSentences = (passages: string): string[] => {
  const sentences = textsIn(passages)
    .flatMap((text) => text.split(BOUNDARY))
    .map((sentence) =>
      sentence
        .replace(/\s+/g, ' ')
        .replace(/^(?:[-*#>]+|\[\d+\]|\d+[.)])\s+/, '')
        .trim(),
    )
    .filter((sentence) => sentence.length >= SENTENCE_CHARS_MIN)
  return [...new Set(sentences)]
}

const textsIn = (passages: string): string[] => {
  if (!/^\s*[[{]/.test(passages)) return [passages]
  try {
    return leaves(JSON.parse(passages))
  } catch {
    return [passages]
  }
}

const leaves = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(leaves)
}
