import { ENGLISH, type LanguageRules } from './languages/language-rules.ts'
import { textFeatures } from './segments/text-features.ts'

/** Start and end, in UTF-16 code units of the text; the end does not belong to it. */
export type Span = [start: number, end: number]

/** Marked places of one text. */
const SPANS_MAX = 500
const WORD = /[\p{L}\p{M}\p{N}]+(?:['\u2019][\p{L}\p{M}]+)*/gu

/**
 * Where a text holds words of a question, in any inflection that the index takes for the same; in scripts without spaces, where it holds two
 * characters in a row that the question holds too. Pure.
 */
export const highlightWords = (question: string, text: string, rules: LanguageRules = ENGLISH): Span[] => {
  const wanted = new Set(textFeatures(question, rules).words)
  // One character of such a script says little beside a pair, but it may be all there is.
  const isPaired = [...wanted].some((word) => isPair(word))
  const spans: Span[] = []
  for (const match of text.matchAll(WORD)) {
    if (spans.length >= SPANS_MAX) break
    const [word] = match
    const { words } = textFeatures(word, rules)
    if (!UNSPACED.test(word) && words.some((each) => wanted.has(each)))
      add(spans, match.index, match.index + word.length)
    else if (UNSPACED.test(word)) addPairs(spans, { word, at: match.index, wanted, isPaired })
  }
  return spans
}

const addPairs = (
  spans: Span[],
  { word, at, wanted, isPaired }: { word: string; at: number; wanted: ReadonlySet<string>; isPaired: boolean },
) => {
  let start = at
  const characters = [...word]
  for (const [index, character] of characters.entries()) {
    const piece = isPaired ? character + (characters[index + 1] ?? '') : character
    if (piece.length > character.length === isPaired && wanted.has(piece.normalize('NFKC').toLowerCase())) {
      add(spans, start, start + piece.length)
    }
    start += character.length
  }
}

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const UNSPACED_PAIR =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{2}$/u
const isPair = (word: string): boolean => UNSPACED_PAIR.test(word)

/** Spans that touch or overlap become one. */
const add = (spans: Span[], start: number, end: number) => {
  const last = spans.at(-1)
  if (last && start <= last[1]) last[1] = Math.max(last[1], end)
  else spans.push([start, end])
}
