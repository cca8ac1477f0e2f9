const BEYOND_ASCII = /[^\0-\x7f]/
/** A word in Latin script, with digits and apostrophes in it or without. */
export const LATIN_WORD = /^[\p{Script=Latin}\p{M}\p{N}']+$/u
const MARKS = /\p{M}+/gu
const LIGATURES = /[ßœæ]/gu
const SPELT: Readonly<Record<string, string>> = { ß: 'ss', œ: 'oe', æ: 'ae' }

/** Drops the accents of a word in Latin script in lower case (é finds e); others stay as they are. */
export const foldAccents = (word: string, spellsLigatures: boolean): string => {
  if (!BEYOND_ASCII.test(word) || !LATIN_WORD.test(word)) return word
  const folded = word.normalize('NFD').replace(MARKS, '')
  return spellsLigatures ? folded.replace(LIGATURES, (ligature) => SPELT[ligature] ?? ligature) : folded
}
