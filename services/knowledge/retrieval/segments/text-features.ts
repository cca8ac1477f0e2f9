import { stemmer } from 'stemmer'

/** The three kinds of features a text is indexed and searched by. */
export const FIELDS = ['words', 'pairs', 'grams'] as const

export interface TextFeatures {
  /** Stemmed words; in scripts written without spaces single characters and character pairs. */
  words: string[]
  /** Two stemmed words that follow each other. */
  pairs: string[]
  /** Four characters of a word with its borders marked: finds inflections, compounds and misspellings. */
  grams: string[]
}

/** Scripts that do not put spaces between words. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'
/** A run of an unspaced script, or a word: letters, marks and digits, with an apostrophe inside. */
const RUN = new RegExp(
  `([${UNSPACED}]+)|(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}])+(?:'(?:(?![${UNSPACED}])[\\p{L}\\p{M}])+)?`,
  'gu',
)
const BEYOND_ASCII = /[^\0-\x7f]/
const LATIN_LETTERS_ONLY = /^[\p{Script=Latin}\p{M}\p{N}']+$/u
const MARKS = /\p{M}+/gu

/**
 * English words that say nothing about a text's subject: the classic list of Lucene's English analyzer, and the words of which questions and
 * requests to an assistant are made, which would outweigh the subject in a small base.
 */
const STOP_WORDS = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with ' +
    'how what which who whom whose where when why do does did i me my we us our you your can could would should am were been has have had ' +
    'its from about please tell'
  ).split(' '),
)

const GRAM_LENGTH = 4
const STEMS_MAX = 100_000
const stems = new Map<string, string>()

/** Splits a text into its features. The same function serves chunks and queries: a feature of one must be found by the other. */
export const textFeatures = (text: string): TextFeatures => {
  const features: TextFeatures = { words: [], pairs: [], grams: [] }
  let previous = ''
  for (const [run, unspaced] of text.normalize('NFKC').toLowerCase().replaceAll('\u2019', "'").matchAll(RUN)) {
    if (unspaced !== undefined) {
      addCharacters(features, unspaced)
      previous = ''
      continue
    }
    const word = foldWord(run)
    if (STOP_WORDS.has(word)) continue
    const stem = stemOf(word)
    features.words.push(stem)
    if (previous) features.pairs.push(`${previous} ${stem}`)
    previous = stem
    for (const part of word.split("'")) addGrams(features, part)
  }
  return features
}

const addCharacters = (features: TextFeatures, run: string) => {
  const characters = [...run]
  for (const [index, character] of characters.entries()) {
    features.words.push(character)
    const next = characters[index + 1]
    if (next !== undefined) features.words.push(character + next)
  }
}

const addGrams = (features: TextFeatures, word: string) => {
  const marked = `#${word}#`
  for (let start = 0; start <= Math.max(0, marked.length - GRAM_LENGTH); start++) {
    features.grams.push(marked.slice(start, start + GRAM_LENGTH))
  }
}

/** Drops the English possessive and the accents of Latin letters (é finds e). */
const foldWord = (run: string): string => {
  const word = run.endsWith("'s") ? run.slice(0, -2) : run
  if (!BEYOND_ASCII.test(word) || !LATIN_LETTERS_ONLY.test(word)) return word
  return word.normalize('NFD').replace(MARKS, '')
}

const stemOf = (word: string): string => {
  if (BEYOND_ASCII.test(word)) return word
  const known = stems.get(word)
  if (known !== undefined) return known
  const stem = stemmer(word)
  if (stems.size >= STEMS_MAX) stems.clear()
  stems.set(word, stem)
  return stem
}
