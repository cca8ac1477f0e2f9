import type { IndexHit } from '../knowledge-index.ts'
import type { LanguageRules } from '../languages/language-rules.ts'
import { FIELD_WEIGHTS, impactOf, rarityOf } from '../segments/bm25.ts'
import { questionTerms } from '../segments/question-terms.ts'
import { SCORE_STEEPNESS } from '../segments/search-segments.ts'
import { FIELDS } from '../segments/text-features.ts'
import type { BaseStatistics } from './base-statistics.ts'
import { asToken, decodeTerms, frequencyIn, shortHash } from './chunk-terms.ts'
import type { LanceModule } from './lance-module.ts'
import { allOf, type LanceView, oneOf, type ViewedTable } from './lance-views.ts'

export interface WordSearch {
  text: string
  /** Of the language of all the bases. */
  rules: LanguageRules
  limit: number
  documentNumbers?: ReadonlySet<number> | undefined
}

export interface SearchedBase {
  baseId: string
  view: LanceView
  statistics: BaseStatistics
}

/** LanceDB orders rows nearly as we do; what it puts this far behind the wanted number does not come before it. */
const CANDIDATES_MORE = 60
const CANDIDATES_FACTOR = 2

interface QueryTerm {
  field: number
  token: string
  hash: number
  /** Of the field, times how often the query repeats the term. */
  weight: number
}

/**
 * The best chunks of several bases, best first. LanceDB's index finds the candidates of each table; their scores are computed here, from the stored
 * terms and over all bases together, as `segments` does, so that hits of several tables and of both engines compare.
 */
export const searchWords = async (
  lance: LanceModule['lance'],
  bases: readonly SearchedBase[],
  search: WordSearch,
): Promise<IndexHit[]> => {
  const terms = queryTerms(search)
  if (terms.length === 0) return []
  const rank = createRanking(terms, bases)
  const lists = await Promise.all(
    bases.flatMap((base) => base.view.tables.map((table) => candidates(lance, { base, table, terms, search, rank }))),
  )
  return lists
    .flat()
    .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
    .slice(0, search.limit)
}

const queryTerms = ({ text, rules }: WordSearch): QueryTerm[] =>
  questionTerms(text, rules).map(({ field, term, weight }) => ({
    field,
    token: asToken(term),
    hash: shortHash(field, term),
    weight,
  }))

type Ranking = (statistics: BaseStatistics, terms: Uint8Array) => number

/** Computes scores as search-segments.ts defines them. */
const createRanking = (terms: readonly QueryTerm[], bases: readonly SearchedBase[]): Ranking => {
  const chunks = bases.reduce((sum, { statistics }) => sum + statistics.chunks, 0)
  const weighed = terms.map((term) => {
    const holders = bases.reduce((sum, { statistics }) => sum + statistics.holders(term.hash), 0)
    return { ...term, weight: term.weight * rarityOf(Math.max(1, holders), Math.max(1, chunks)) }
  })
  const ideal = weighed.reduce((sum, { weight }) => sum + weight, 0)
  return ({ averageLengths }, bytes) => {
    const counted = decodeTerms(bytes)
    let sum = 0
    for (const { field, hash, weight } of weighed) {
      const frequency = frequencyIn(counted, hash)
      if (frequency === 0) continue
      sum += weight * impactOf(frequency, (counted.lengths[field] ?? 0) / (averageLengths[field] ?? 1))
    }
    return ideal === 0 ? 0 : 1 - Math.exp((-SCORE_STEEPNESS * sum) / ideal)
  }
}

const candidates = async (
  lance: LanceModule['lance'],
  asked: {
    base: SearchedBase
    table: ViewedTable
    terms: readonly QueryTerm[]
    search: WordSearch
    rank: Ranking
  },
): Promise<IndexHit[]> => {
  const { base, table, search } = asked
  const condition = allOf(table.counts, search.documentNumbers && oneOf('document', search.documentNumbers))
  const query = table.rows
    .query()
    .fullTextSearch(fullTextQuery(lance, asked.terms))
    .select(['id', 'terms', '_score'])
    .limit(search.limit * CANDIDATES_FACTOR + CANDIDATES_MORE)
  const rows = await (condition === undefined ? query : query.where(condition)).toArrow()
  const ids = rows.getChild('id')
  const terms = rows.getChild('terms')
  return Array.from({ length: rows.numRows }, (_, row) => ({
    chunkId: Number(ids?.get(row)),
    baseId: base.baseId,
    score: asked.rank(base.statistics, terms?.get(row) as Uint8Array),
  }))
}

/** Any of the terms, each in its field's column. */
const fullTextQuery = (lance: LanceModule['lance'], terms: readonly QueryTerm[]): object => {
  const clauses = FIELDS.flatMap((name, field): [string, object][] => {
    const tokens = terms.filter((term) => term.field === field).map(({ token }) => token)
    if (tokens.length === 0) return []
    const boost = FIELD_WEIGHTS[field] ?? 0
    return [[lance.Occur.Should, new lance.MatchQuery(tokens.join(' '), name, { boost })]]
  })
  return new lance.BooleanQuery(clauses)
}
