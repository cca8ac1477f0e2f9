import { stemmer as stemEnglish } from 'stemmer'
import { foldAccents, LATIN_WORD } from './fold-accents.ts'
import type { StemmingLanguage } from './stemming-language.ts'
import { stopWordsOf } from './stop-words.ts'

/** What a language knows of words in Latin script. Words of other scripts are read alike in all. */
export interface LanguageRules {
  language: StemmingLanguage
  /** Without accents. */
  stopWords: ReadonlySet<string>
  /** What stands before an apostrophe and is no part of the word: l'été, dell'arte. */
  elision?: RegExp
  /** Whether ligatures are spelt out: ß, œ, æ. */
  spellsLigatures: boolean
  /**
   * What all forms of a word have in common, without accents.
   *
   * @param written in lower case, with its accents
   * @param word the same without them
   */
  stem(written: string, word: string): string
}

const BEYOND_ASCII = /[^\0-\x7f]/
/** Stems are remembered: a text repeats its words. */
const STEMS_MAX = 100_000

const remembering = (stemmer: (word: string) => string): ((word: string) => string) => {
  const stems = new Map<string, string>()
  return (word) => {
    const known = stems.get(word)
    if (known !== undefined) return known
    const stem = stemmer(word)
    if (stems.size >= STEMS_MAX) stems.clear()
    stems.set(word, stem)
    return stem
  }
}

const stemOfEnglish = remembering(stemEnglish)

/** English stems are those of words without accents, which English has hardly any of. */
export const ENGLISH: LanguageRules = {
  language: 'en',
  stopWords: stopWordsOf('en'),
  spellsLigatures: false,
  stem: (_, word) => (BEYOND_ASCII.test(word) ? word : stemOfEnglish(word)),
}

const NO_STEMMING: LanguageRules = {
  language: 'none',
  stopWords: new Set(),
  spellsLigatures: true,
  stem: (_, word) => word,
}

interface LanguageSource {
  load: () => Promise<{ stemmer: (word: string) => string }>
  elision?: RegExp
  /** What is to be written otherwise before its ending is looked at. */
  plural?: [RegExp, string]
}

/** Snowball's stemmers, one module each: what no base is written in is not loaded. */
const SOURCES: Readonly<Record<Exclude<StemmingLanguage, 'en' | 'none'>, LanguageSource>> = {
  de: { load: () => import('@orama/stemmers/german') },
  fr: {
    load: () => import('@orama/stemmers/french'),
    elision: /^(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)'/u,
  },
  es: { load: () => import('@orama/stemmers/spanish') },
  it: {
    load: () => import('@orama/stemmers/italian'),
    elision: /^(?:[cdlmnstv]|un|gl|dall|dell|nell|all|sull|coll|quest|quell|bell|sant|dov|com|cos)'/u,
  },
  // Nações is nação to everybody but the stemmer.
  pt: { load: () => import('@orama/stemmers/portuguese'), plural: [/ões$/u, 'ão'] },
  nl: { load: () => import('@orama/stemmers/dutch') },
}

const loaded = new Map<StemmingLanguage, LanguageRules>()

/** The rules of a language, loaded when they are first asked for. */
export const loadLanguage = async (language: StemmingLanguage): Promise<LanguageRules> => {
  if (language === 'en') return ENGLISH
  if (language === 'none') return NO_STEMMING
  const known = loaded.get(language)
  if (known) return known
  const rules = await makeRules(language, SOURCES[language])
  loaded.set(language, rules)
  return rules
}

const makeRules = async (language: StemmingLanguage, source: LanguageSource): Promise<LanguageRules> => {
  const { stemmer } = await source.load()
  const { elision, plural } = source
  const stemOf = remembering((word) => foldAccents(stemmer(plural ? word.replace(...plural) : word), true))
  return {
    language,
    stopWords: stopWordsOf(language),
    spellsLigatures: true,
    ...(elision && { elision }),
    stem: (written, word) => (LATIN_WORD.test(written) ? stemOf(written) : word),
  }
}
