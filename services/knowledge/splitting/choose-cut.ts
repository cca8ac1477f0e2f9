import type { SplitSettings } from './split-settings.ts'

/** The end of the last match in a window, counted from its start; 0 when there is none. */
type FindLast = (window: string) => number

const lastMatchOf =
  (pattern: RegExp): FindLast =>
  (window) => {
    let end = 0
    for (const match of window.matchAll(pattern)) end = match.index + match[0].length
    return end
  }

/** Places where a running text is best cut, best first: paragraphs, lines, sentences, words. */
const NATURAL_BORDERS: FindLast[] = [
  lastMatchOf(/\n[^\S\n]*\n\s*/g),
  lastMatchOf(/\n\s*/g),
  lastMatchOf(/[.!?…]["'”’)\]]*\s+|[。！？；]["'”’」』）]*/g),
  lastMatchOf(/\s+|[，、,]/g),
]

export interface RunningText {
  start: number
  end: number
  /** The cut must lie behind this place: what came before is in the last piece already. */
  after: number
}

/**
 * Chooses where to end a piece that begins at `start` of a text too long for one: at most `lengthMax` further on, at least `lengthMin`, with
 * `lengthMin` left for the rest where that is possible. A good border in the later half of that range wins over a better one early in it.
 */
export const chooseCut = (text: string, { start, end, after }: RunningText, settings: SplitSettings): number => {
  const farthest = start + settings.lengthMax
  const lowest = Math.min(Math.max(start + settings.lengthMin, after + 1), farthest)
  const highest = Math.max(lowest, Math.min(farthest, end - settings.lengthMin))
  const borders = [...marksBorder(settings.separators), ...NATURAL_BORDERS]
  const middle = Math.max(lowest, Math.floor((start + highest) / 2))
  for (const from of middle > lowest ? [middle, lowest] : [lowest]) {
    // One character earlier, so that a border exactly at `from` counts.
    const window = text.slice(from - 1, highest)
    for (const findLast of borders) {
      const at = findLast(window)
      if (at > 0) return from - 1 + at
    }
  }
  return betweenCharacters(text, { lowest, highest, farthest })
}

const MARK = /^\p{M}/u

/** The nearest place to `highest` that does not part a pair of surrogates or a mark from its letter, if there is one in reach. */
const betweenCharacters = (
  text: string,
  { lowest, highest, farthest }: { lowest: number; highest: number; farthest: number },
): number => {
  const isInside = (at: number) => (text.charCodeAt(at) & 0xfc00) === 0xdc00 || MARK.test(text.slice(at, at + 2))
  for (let at = highest; at >= lowest; at--) if (!isInside(at)) return at
  for (let at = highest + 1; at <= farthest; at++) if (!isInside(at)) return at
  return highest
}

/** Marks that the caller named, all of one rank. */
const marksBorder = (marks: readonly string[]): FindLast[] =>
  marks.length === 0
    ? []
    : [
        (window) =>
          Math.max(
            ...marks.map((mark) => {
              const at = window.lastIndexOf(mark)
              return at < 0 ? 0 : at + mark.length
            }),
          ),
      ]
