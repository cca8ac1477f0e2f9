import { QuestionModelUnavailableError, VectorsMissingError } from '../errors.ts'
import { type Candidate, fuseCandidates, type RankedList } from './fuse-candidates.ts'
import type { IndexHit, KnowledgeIndex } from './knowledge-index.ts'
import { mergeHits } from './merge-hits.ts'
import type { NarrowedAsk, Narrowing } from './narrow-search.ts'
import type { QuestionVectors } from './question-vectors.ts'
import {
  type PlannedBase,
  planRetrieval,
  type RetrievalOverrides,
  type RetrievalPlan,
} from './retrieval-plan-policy.ts'
import { embeddingUnavailable, type SearchWarning, vectorsMissing } from './search-warning.ts'

export interface CandidateSearch {
  bases: readonly PlannedBase[]
  text: string
  limit: number
  overrides: RetrievalOverrides
  /** True: rejects instead of answering without a model. */
  isStrict: boolean
  /** Undefined: all documents. */
  narrowing: Narrowing | undefined
  vectors: QuestionVectors
  signal: AbortSignal | undefined
}

/** Milliseconds. Searches by words and by meaning run at the same time. */
export interface FindTimes {
  lexicalMs: number
  embeddingMs: number
  vectorMs: number
}

export interface FoundCandidates {
  candidates: Candidate[]
  plan: RetrievalPlan
  warnings: SearchWarning[]
  times: FindTimes
}

/**
 * The candidates of bases by words and by meaning, as one list. A base whose model cannot be asked is searched by words instead, and a warning says
 * so. Throws VectorsMissingError or QuestionModelUnavailableError where the search insists on meaning.
 */
export const findCandidates = async (
  { index }: { index: KnowledgeIndex },
  search: CandidateSearch,
): Promise<FoundCandidates> => {
  const { bases, limit, overrides } = search
  const warnings: SearchWarning[] = []
  const times: FindTimes = { lexicalMs: 0, embeddingMs: 0, vectorMs: 0 }
  let plan = planRetrieval(bases, { limit, overrides })
  if (overrides.mode === 'vector') checkVectors(bases, plan, warnings)

  const [byWords, byMeaning] = await Promise.all([
    searchByWords(index, search, { plan, times }),
    searchByMeaning(index, search, { plan, times }),
  ])
  let lexical = byWords
  if (byMeaning.failed.size > 0) {
    for (const [model, { failure, cause }] of byMeaning.failed) {
      if (search.isStrict || overrides.mode === 'vector') {
        throw new QuestionModelUnavailableError(model, failure, { cause })
      }
      warnings.push(embeddingUnavailable(model, failure))
    }
    const without = planRetrieval(bases, { limit, overrides, unavailable: new Set(byMeaning.failed.keys()) })
    // Bases that were to be searched by meaning alone were not asked for words yet.
    if (!Bun.deepEquals(without.lexical, plan.lexical))
      lexical = await searchByWords(index, search, { plan: without, times })
    plan = without
  }
  const { rules } = plan
  const candidates = fuseCandidates([lexical, ...byMeaning.lists], (baseId) => ruleOf(rules, baseId))
  return { candidates, plan, warnings, times }
}

export const ruleOf = (rules: RetrievalPlan['rules'], baseId: string) => {
  const rule = rules.get(baseId)
  if (!rule) throw new Error(`the index answered for base ${baseId}, which it was not asked for`)
  return rule
}

const checkVectors = (bases: readonly PlannedBase[], plan: RetrievalPlan, warnings: SearchWarning[]) => {
  const having = new Set(plan.vector.flatMap(({ baseIds }) => baseIds))
  const without = bases.filter(({ id }) => !having.has(id)).map(({ id }) => id)
  if (having.size === 0) throw new VectorsMissingError(without)
  if (without.length > 0) warnings.push(vectorsMissing(without))
}

const searchByWords = async (
  index: KnowledgeIndex,
  search: CandidateSearch,
  { plan, times }: { plan: RetrievalPlan; times: FindTimes },
): Promise<RankedList> => {
  const startedMs = performance.now()
  const lists = await Promise.all(
    plan.lexical.map(({ baseIds }) =>
      narrowed(search, plan.candidates, (how) =>
        index.search({ baseIds, text: search.text, ...how, ...abortedBy(search) }),
      ),
    ),
  )
  times.lexicalMs += performance.now() - startedMs
  return { way: 'lexical', hits: mergeHits(lists) }
}

interface ByMeaning {
  /** One for each model. */
  lists: RankedList[]
  failed: Map<string, { failure: string; cause: unknown }>
}

const searchByMeaning = async (
  index: KnowledgeIndex,
  search: CandidateSearch,
  { plan, times }: { plan: RetrievalPlan; times: FindTimes },
): Promise<ByMeaning> => {
  const failed: ByMeaning['failed'] = new Map()
  const lists = new Map<string, IndexHit[][]>()
  await Promise.all(
    plan.vector.map(async ({ model, baseIds }) => {
      const asked = await search.vectors.of(model, baseIds[0] ?? '')
      if ('failure' in asked) {
        failed.set(model, asked)
        return
      }
      times.embeddingMs = Math.max(times.embeddingMs, asked.tookMs)
      const startedMs = performance.now()
      const query = { baseIds, model, vector: asked.answer, ...abortedBy(search) }
      const hits = await narrowed(search, plan.candidates, (how) => index.searchVectors({ ...query, ...how }))
      lists.set(model, [...(lists.get(model) ?? []), hits])
      times.vectorMs += performance.now() - startedMs
    }),
  )
  return { lists: [...lists.values()].map((of) => ({ way: 'vector' as const, hits: mergeHits(of) })), failed }
}

const narrowed = (
  { narrowing }: CandidateSearch,
  limit: number,
  ask: (how: NarrowedAsk) => Promise<IndexHit[]>,
): Promise<IndexHit[]> => (narrowing ? narrowing.search(ask, limit) : ask({ limit }))

const abortedBy = ({ signal }: CandidateSearch) => (signal ? { signal } : {})
