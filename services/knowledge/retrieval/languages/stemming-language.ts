/** Languages whose endings are known, so that a word is found in any form; `none`: a word is found as it is written. */
export const STEMMING_LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'none'] as const
export type StemmingLanguage = (typeof STEMMING_LANGUAGES)[number]

/** For documents in other languages too: without a rule of their own, words in Latin script are taken for English ones. */
export const DEFAULT_STEMMING: StemmingLanguage = 'en'

const KNOWN: ReadonlySet<string> = new Set(STEMMING_LANGUAGES)
const isKnown = (tag: string): tag is StemmingLanguage => KNOWN.has(tag)

/**
 * By which language's endings words in Latin script are found in a base.
 *
 * @param language of a base: BCP 47 such as `de` or `pt-BR`, `auto`, or `none`
 */
export const stemmingOf = (language: string): StemmingLanguage => {
  const [tag = ''] = language.toLowerCase().split('-')
  return isKnown(tag) ? tag : DEFAULT_STEMMING
}
