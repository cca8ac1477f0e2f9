import { foldAccents } from '../languages/fold-accents.ts'
import { ENGLISH, type LanguageRules } from '../languages/language-rules.ts'

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

/** What stop words are, in Chinese, simplified and traditional. Characters that are hardly ever part of another word: a term with one of them is left out. */
const CHINESE_FUNCTION_CHARACTER = /[的是了吗嗎呢什么麼甚哪谁誰]/u
/** These terms alone are left out: 和 is "and", but 和平 is peace. */
const CHINESE_STOP_TERMS = new Set(
  '在 和 与 與 及 吧 啊 请 請 几 幾 何 多少 怎样 怎樣 如何 何时 何時 时候 時候 多久 请问 請問'.split(' '),
)
const isChineseStopTerm = (term: string) => CHINESE_STOP_TERMS.has(term) || CHINESE_FUNCTION_CHARACTER.test(term)

const GRAM_LENGTH = 4

/**
 * Splits a text into its features. The same function serves chunks and queries: a feature of one must be found by the other, so both are to be
 * read by the rules of the same language.
 */
export const textFeatures = (text: string, rules: LanguageRules = ENGLISH): TextFeatures => {
  const features: TextFeatures = { words: [], pairs: [], grams: [], gramCounts: [] }
  const normal = text.normalize('NFKC').replaceAll('\u2019', "'")
  addNames(features, normal, rules)
  let previous = ''
  for (const [run, unspaced] of normal.toLowerCase().matchAll(RUN)) {
    if (unspaced !== undefined) {
      addCharacters(features, unspaced)
      previous = ''
      continue
    }
    const written = bareWord(run, rules)
    const folded = foldAccents(written, rules.spellsLigatures)
    if (rules.stopWords.has(folded)) continue
    const word = spellGreek(folded)
    const stem = rules.stem(written, word)
    features.words.push(stem)
    if (written !== word) addUnaccented(features, { word, stem }, rules)
    addParts(features, folded, rules)
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
const addNames = (features: TextFeatures, text: string, rules: LanguageRules) => {
  const isAllCapitals = text === text.toUpperCase()
  for (const [run] of text.matchAll(JOINED)) {
    if (run.length > NAME_LENGTH_MAX || (run.match(CAPITAL_OR_DIGIT)?.length ?? 0) < 2 || !LETTER.test(run)) continue
    const written = bareWord(run.replaceAll('-', '').replace(PLURAL_OF_CAPITALS, '').toLowerCase(), rules)
    const name = spellGreek(foldAccents(written, rules.spellsLigatures))
    if (!(isAllCapitals && rules.stopWords.has(name))) features.words.push(rules.stem(written, name))
  }
}

/** Where accents change what is left of a word, people who leave them out find it too. */
const addUnaccented = (
  features: TextFeatures,
  { word, stem }: { word: string; stem: string },
  rules: LanguageRules,
) => {
  const unaccented = rules.stem(word, word)
  if (unaccented !== stem) features.words.push(unaccented)
}

const addParts = (features: TextFeatures, word: string, rules: LanguageRules) => {
  const parts = word.match(PART) ?? []
  if (parts.length < 2 || parts.length > PARTS_MAX || GREEK_WORD.test(word)) return
  for (const part of parts) {
    const spelt = spellGreek(part)
    features.words.push(rules.stem(spelt, spelt))
  }
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

/** Drops the possessive, and an article that is written together with its word. */
const bareWord = (run: string, { elision }: LanguageRules): string => {
  const word = run.endsWith("'s") ? run.slice(0, -2) : run
  return elision ? word.replace(elision, '') : word
}
