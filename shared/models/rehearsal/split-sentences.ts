/** Shorter pieces (headings, page numbers, keys of JSON) answer nothing. */
const SENTENCE_CHARS_MIN = 8
/** A period, question or exclamation mark before a space, a Han one anywhere, or an empty line. */
const BOUNDARY = /(?<=[.!?]["')\]]?)\s+|(?<=[。！？；])|\n\s*\n|\n(?=\s*(?:[-*#]|\d+[.)])\s)/u

/** Longer pieces without an end mark are sentences all the same. */
const HEADING_CHARS_MAX = 60
const END_MARK = /[.!?:;。！？；：]["')\]]?$/u

export interface Sentence {
  text: string
  /** What stands above it, '' for nothing. A heading says what its sentences are about, and is no answer itself. */
  heading: string
}

/** The sentences of retrieved passages, in order, each once. Passages may be JSON as a knowledge search returns it. Pure. */
export const splitSentences = (passages: string): Sentence[] => {
  const sentences = new Map<string, Sentence>()
  for (const piece of textsIn(passages)) {
    let heading = ''
    for (const text of piecesOf(piece)) {
      if (isHeading(text)) heading = text
      else if (!sentences.has(text)) sentences.set(text, { text, heading })
    }
  }
  return [...sentences.values()]
}

const isHeading = (text: string): boolean => text.length <= HEADING_CHARS_MAX && !END_MARK.test(text)

const piecesOf = (text: string): string[] =>
  text
    .split(BOUNDARY)
    .map((sentence) =>
      sentence
        .replace(/\s+/g, ' ')
        .replace(/^(?:[-*#>]+|\[\d+\]|\d+[.)])\s+/, '')
        .trim(),
    )
    .filter((sentence) => sentence.length >= SENTENCE_CHARS_MIN)

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
