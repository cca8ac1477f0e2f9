import { ENGLISH, type LanguageRules } from '../languages/language-rules.ts'
import { FIELD_WEIGHTS, gramWeight } from './bm25.ts'
import { FIELDS, textFeatures } from './text-features.ts'

/** Query text is cut here: it costs time linear in its features, and nobody types more. */
export const QUERY_CHARACTERS_MAX = 4_000

export interface QuestionTerm {
  /** Index in FIELDS. */
  field: number
  term: string
  /** Weight of its field, as often as the question repeats it; to be multiplied with its rarity. */
  weight: number
}

/** The distinct features of a question in an index of a language, and what each counts for. */
export const questionTerms = (text: string, rules: LanguageRules = ENGLISH): QuestionTerm[] => {
  const features = textFeatures(text.slice(0, QUERY_CHARACTERS_MAX), rules)
  return FIELDS.flatMap((name, field) => {
    const weights = new Map<string, number>()
    for (const [at, term] of features[name].entries()) {
      const share = name === 'grams' ? gramWeight(features.gramCounts[at] ?? 1) : 1
      weights.set(term, (weights.get(term) ?? 0) + (FIELD_WEIGHTS[field] ?? 0) * share)
    }
    return Array.from(weights, ([term, weight]) => ({ field, term, weight }))
  })
}
