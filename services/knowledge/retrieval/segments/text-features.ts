import { stemmer } from 'stemmer'

/** The three kinds of features a text is indexed and searched by. */
export const FIELDS = ['words', 'pairs', 'grams'] as const

export interface TextFeatures {
  /**
   * Stemmed words. A word of letters and digits gives its parts too (area51: area51, area, 51), and a name once more, written together (IL-2: il, 2, il2; HDL:
   * hdl, hdl). In scripts written without spaces single characters and character pairs.
   */
  words: string[]
  /** Two stemmed words that follow each other. */
  pairs: string[]
  /** Four characters of a word with its borders marked: finds inflections, compounds and misspellings. */
  grams: string[]
  /** Of each of `grams`, how many its word has. */
  gramCounts: number[]
}

/** Scripts that do not put spaces between words. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'
/** A run of an unspaced script, or a word: letters, marks and digits, with an apostrophe inside. */
const SPACED = `[[\\p{L}\\p{M}\\p{N}]--[${UNSPACED}]]`
const RUN = new RegExp(`([${UNSPACED}]+)|${SPACED}+(?:'[[\\p{L}\\p{M}]--[${UNSPACED}]]+)?`, 'gv')
/** What may be a name: a word, or words joined by hyphens. */
const JOINED = new RegExp(`${SPACED}+(?:-${SPACED}+)*`, 'gv')
const CAPITAL_OR_DIGIT = /[\p{Lu}\p{N}]/gu
const LETTER = /\p{L}/u
/** Longer ones are headlines, keys and addresses. */
const NAME_LENGTH_MAX = 24
const PLURAL_OF_CAPITALS = /(?<=[\p{Lu}\p{N}])s$/u
/** A Greek letter, or what stands between Greek letters and digits. */
const PART = /[α-ω]|\p{N}+|[^\p{N}α-ω]+/gu
/** p53 has 2 parts, H1N1 has 4; a key made of letters and digits has more, and they mean nothing. */
const PARTS_MAX = 5
const GREEK = /[α-ω]/
const GREEK_WORD = /^\p{Script=Greek}{3,}$/u
const GREEK_NAMES =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega'.split(
    ' ',
  )
const GREEK_LETTERS = new Map([...'αβγδεζηθικλμνξοπρστυφχψω'].map((letter, at) => [letter, GREEK_NAMES[at] ?? letter]))
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

/** The same in Chinese, simplified and traditional. Characters that are hardly ever part of another word: a term with one of them is left out. */
const CHINESE_FUNCTION_CHARACTER = /[的是了吗嗎呢什么麼甚哪谁誰]/u
/** These terms alone are left out: 和 is "and", but 和平 is peace. */
const CHINESE_STOP_TERMS = new Set(
  '在 和 与 與 及 吧 啊 请 請 几 幾 何 多少 怎样 怎樣 如何 何时 何時 时候 時候 多久 请问 請問'.split(' '),
)
const isChineseStopTerm = (term: string) => CHINESE_STOP_TERMS.has(term) || CHINESE_FUNCTION_CHARACTER.test(term)

const GRAM_LENGTH = 4
const STEMS_MAX = 100_000
const stems = new Map<string, string>()

/** Splits a text into its features. The same function serves chunks and queries: a feature of one must be found by the other. */
export const textFeatures = (text: string): TextFeatures => {
  const features: TextFeatures = { words: [], pairs: [], grams: [], gramCounts: [] }
  const normal = text.normalize('NFKC').replaceAll('\u2019', "'")
  addNames(features, normal)
  let previous = ''
  for (const [run, unspaced] of normal.toLowerCase().matchAll(RUN)) {
    if (unspaced !== undefined) {
      addCharacters(features, unspaced)
      previous = ''
      continue
    }
    const folded = foldWord(run)
    if (STOP_WORDS.has(folded)) continue
    const word = spellGreek(folded)
    const stem = stemOf(word)
    features.words.push(stem)
    addParts(features, folded)
    if (previous) features.pairs.push(`${previous} ${stem}`)
    previous = stem
    for (const part of word.split("'")) addGrams(features, part)
  }
  return features
}

/**
 * Names are written in capitals and digits, and with a hyphen or without: IL-2, IL2. That a text holds a question's names says more than that it holds
 * other words of the same rarity, so they count once more.
 */
const addNames = (features: TextFeatures, text: string) => {
  const isAllCapitals = text === text.toUpperCase()
  for (const [run] of text.matchAll(JOINED)) {
    if (run.length > NAME_LENGTH_MAX || (run.match(CAPITAL_OR_DIGIT)?.length ?? 0) < 2 || !LETTER.test(run)) continue
    const name = spellGreek(foldWord(run.replaceAll('-', '').replace(PLURAL_OF_CAPITALS, '').toLowerCase()))
    if (!(isAllCapitals && STOP_WORDS.has(name))) features.words.push(stemOf(name))
  }
}

const addParts = (features: TextFeatures, word: string) => {
  const parts = word.match(PART) ?? []
  if (parts.length < 2 || parts.length > PARTS_MAX || GREEK_WORD.test(word)) return
  for (const part of parts) features.words.push(stemOf(spellGreek(part)))
}

/** Greek letters in names and formulas are as often spelt out: TNFα, TNF-alpha. Words in Greek stay as they are. */
const spellGreek = (word: string): string =>
  !BEYOND_ASCII.test(word) || !GREEK.test(word) || GREEK_WORD.test(word)
    ? word
    : [...word].map((letter) => GREEK_LETTERS.get(letter) ?? letter).join('')

const addCharacters = (features: TextFeatures, run: string) => {
  const characters = [...run]
  for (const [index, character] of characters.entries()) {
    const pair = character + (characters[index + 1] ?? '')
    if (!isChineseStopTerm(character)) features.words.push(character)
    if (pair !== character && !isChineseStopTerm(pair)) features.words.push(pair)
  }
}

const addGrams = (features: TextFeatures, word: string) => {
  const marked = `#${word}#`
  const count = Math.max(1, marked.length - GRAM_LENGTH + 1)
  for (let start = 0; start < count; start++) {
    features.grams.push(marked.slice(start, start + GRAM_LENGTH))
    features.gramCounts.push(count)
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
