/** Scripts that are written without spaces: their words are looked for as pairs of characters. */
const PAIRED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]+/gu
const WORD = /[\p{L}\p{M}\p{N}]+/gu
/** Terms of one text that count. */
const TERMS_MAX = 400

/** The words by which a text is found, each once, in lower case and without accents. Pure. */
export const termsOf = (text: string): string[] => {
  const folded = text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .normalize('NFC')
  const terms = new Set<string>()
  for (const [run] of folded.matchAll(PAIRED)) for (const pair of pairsOf(run)) terms.add(pair)
  for (const [word] of folded.replaceAll(PAIRED, ' ').matchAll(WORD)) terms.add(word)
  return [...terms].slice(0, TERMS_MAX)
}

const pairsOf = (run: string): string[] => {
  const characters = [...run]
  if (characters.length === 1) return characters
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}
