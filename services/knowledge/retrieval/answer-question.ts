import type { RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import { tokensOfBytes } from '#shared/models/usage/estimate-tokens.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { BaseNotFoundError } from '../errors.ts'
import type { QueryHistory, QuerySource } from '../queries/query-history.ts'
import { type DocumentFilter, isFiltering } from './document-filter.ts'
import { createDocumentFilterRepository } from './document-filter-repository.ts'
import { type FindTimes, findCandidates, ruleOf } from './find-candidates.ts'
import { createHitRepository, type HitChunk } from './hit-repository.ts'
import type { KnowledgeIndex } from './knowledge-index.ts'
import { type LanguageRules, loadLanguage } from './languages/language-rules.ts'
import { narrowSearch } from './narrow-search.ts'
import { createQuestionVectors, type QuestionVectors, type QuestionVectorsDependencies } from './question-vectors.ts'
import { judgeCandidates, RERANKED_MAX, type RerankDependencies } from './rerank-candidates.ts'
import { applyJudgements, type RankedCandidate, reachesScore } from './rerank-policy.ts'
import type { RetrievalOverrides } from './retrieval-plan-policy.ts'
import type { SearchWarning } from './search-warning.ts'
import { createSearchedBaseRepository, type SearchedBase } from './searched-base-repository.ts'

export interface AnswerQuestionDependencies extends QuestionVectorsDependencies, RerankDependencies {
  models: Pick<RefreshableModelDirectory, 'embeddingByName' | 'rerankByName'>
  database: Database
  index: KnowledgeIndex
  history: QueryHistory
}

export interface Question {
  /** The app that asks; undefined is root acting for none. */
  appId: string | undefined
  baseIds: readonly string[]
  /** True: a base that the app may not see is an error. False: it is as if it was not. */
  needsAllBases?: boolean
  text: string
  /** How many hits at most. */
  limit: number
  filter?: DocumentFilter | undefined
  /** What is to be done otherwise than the bases say. */
  overrides?: RetrievalOverrides | undefined
  /** True: rejects rather than answer without a model. */
  isStrict?: boolean
  /** The same for several searches of one question. */
  vectors?: QuestionVectors
  /** Where it is kept in the history of the bases; undefined: nowhere. */
  source?: QuerySource | undefined
  signal?: AbortSignal | undefined
}

export interface SearchHit extends RankedCandidate {
  chunk: HitChunk
}

/** Milliseconds of the parts of a search. */
export interface SearchTimes extends FindTimes {
  filterMs: number
  rerankMs: number
  tookMs: number
}

export interface Answer {
  /** Best first. */
  hits: SearchHit[]
  warnings: SearchWarning[]
  times: SearchTimes
  /** What words of the bases were found by, by base id. */
  languages: ReadonlyMap<string, LanguageRules>
  /** Estimates of what models read for it. */
  modelCalls: { embeddingTokens: number; rerankTokens: number }
}

/** From a millisecond: most searches are there. */
const QUERY_SECONDS_BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5]

/** Of a question, and of its filter, in the history. */
const KEPT_CHARACTERS_MAX = 4_000

const NO_TIMES = { filterMs: 0, lexicalMs: 0, embeddingMs: 0, vectorMs: 0, rerankMs: 0 }

/**
 * The best chunks of those of the bases that the app may see. Documents that it may not see are as if they were not. A model that cannot be
 * asked makes the answer poorer, and a warning says so; only a search that insists on it is refused. Throws BaseNotFoundError, VectorsMissingError,
 * QuestionModelUnavailableError, or the reason of the signal.
 */
export const answerQuestion = async (dependencies: AnswerQuestionDependencies, question: Question): Promise<Answer> => {
  const startedMs = performance.now()
  const bases = await createSearchedBaseRepository(dependencies.database).find(question.appId, question.baseIds)
  const missing = question.needsAllBases && question.baseIds.find((baseId) => !bases.some(({ id }) => id === baseId))
  if (missing) throw new BaseNotFoundError(missing)
  const answer = await search(dependencies, question, bases)
  const languages = new Map<string, LanguageRules>()
  for (const { id, language } of bases) languages.set(id, await loadLanguage(language))
  const tookMs = performance.now() - startedMs
  dependencies.metrics
    .histogram('orrery_knowledge_query_seconds', 'Time to answer a search.', QUERY_SECONDS_BOUNDS)
    .observe(tookMs / 1000)
  const whole: Answer = { ...answer, languages, times: { ...answer.times, tookMs } }
  const keeping = bases.filter(({ keepsQueries }) => keepsQueries).map(({ id }) => id)
  if (question.source && keeping.length > 0) dependencies.history.note(toEntry(question, keeping, whole))
  return whole
}

const search = async (
  dependencies: AnswerQuestionDependencies,
  question: Question,
  bases: readonly SearchedBase[],
): Promise<Omit<Answer, 'times' | 'languages'> & { times: Omit<SearchTimes, 'tookMs'> }> => {
  const { text, appId, limit, overrides = {}, signal, isStrict = false } = question
  const hitRows = createHitRepository(dependencies.database)
  const filterMs = performance.now()
  const narrowing = isFiltering(question.filter)
    ? await narrowSearch(createDocumentFilterRepository(dependencies.database), {
        baseIds: bases.map(({ id }) => id),
        filter: question.filter,
      })
    : undefined
  const times = { ...NO_TIMES, filterMs: narrowing ? performance.now() - filterMs : 0 }
  if (bases.length === 0 || narrowing?.isEmpty) {
    return { hits: [], warnings: [], times, modelCalls: { embeddingTokens: 0, rerankTokens: 0 } }
  }

  const vectors = question.vectors ?? createQuestionVectors(dependencies, { text, appId, signal })
  const narrowed = { bases, text, limit, overrides, isStrict, narrowing, vectors, signal }
  const found = await findCandidates(dependencies, narrowed)
  const { rules } = found.plan
  const modelOf = (baseId: string) => ruleOf(rules, baseId).rerankModel
  const known = new Map<number, HitChunk>()
  const judging = [...rules.values()].some(({ rerankModel }) => rerankModel !== null)
  if (judging) await readChunks(hitRows, found.candidates.slice(0, RERANKED_MAX), known)
  const judged = await judgeCandidates(dependencies, judging ? found.candidates : [], {
    ...{ text, appId, isStrict, modelOf, signal },
    textOf: (chunkId) => toRerankText(known.get(chunkId)),
  })
  const ranked = applyJudgements(found.candidates, judged.judgements).filter((candidate) => {
    const isJudged = judged.judgements.has(modelOf(candidate.baseId) ?? '')
    return reachesScore(candidate, { scoreMin: ruleOf(rules, candidate.baseId).scoreMin, isJudged })
  })
  return {
    hits: await readHits(hitRows, ranked, { limit, known }),
    warnings: [...found.warnings, ...judged.warnings],
    times: { ...times, ...found.times, rerankMs: judging ? judged.tookMs : 0 },
    modelCalls: {
      embeddingTokens:
        new Set(found.plan.vector.map(({ model }) => model)).size * tokensOfBytes(Buffer.byteLength(text)),
      rerankTokens: judged.tokens,
    },
  }
}

type HitRepository = ReturnType<typeof createHitRepository>

const toRerankText = (chunk: HitChunk | undefined): string | undefined =>
  chunk && (chunk.title ? `${chunk.title}\n${chunk.content}` : chunk.content)

const readChunks = async (
  hitRows: HitRepository,
  candidates: readonly { chunkId: number }[],
  known: Map<number, HitChunk>,
): Promise<void> => {
  const missing = candidates.map(({ chunkId }) => chunkId).filter((chunkId) => !known.has(chunkId))
  for (const [chunkId, chunk] of await hitRows.find(missing)) known.set(chunkId, chunk)
}

/** A chunk that was deleted since the index was asked has no row any more; the next one takes its place. */
const readHits = async (
  hitRows: HitRepository,
  ranked: readonly RankedCandidate[],
  { limit, known }: { limit: number; known: Map<number, HitChunk> },
): Promise<SearchHit[]> => {
  const hits: SearchHit[] = []
  for (let from = 0; from < ranked.length && hits.length < limit; ) {
    const batch = ranked.slice(from, from + limit - hits.length)
    from += batch.length
    await readChunks(hitRows, batch, known)
    for (const candidate of batch) {
      const chunk = known.get(candidate.chunkId)
      if (chunk) hits.push({ ...candidate, chunk })
    }
  }
  return hits
}

const toEntry = (question: Question, baseIds: string[], { hits, warnings, times }: Answer) => ({
  appId: question.appId ?? '',
  baseIds,
  question: question.text.slice(0, KEPT_CHARACTERS_MAX),
  source: question.source as QuerySource,
  settings: {
    limit: question.limit,
    ...question.overrides,
    ...(isFiltering(question.filter) ? { filter: toKeptFilter(question.filter) } : {}),
    ...(warnings.length > 0 ? { warnings: warnings.map(({ code }) => code) } : {}),
  },
  hits: hits
    .filter(({ baseId }) => baseIds.includes(baseId))
    .map(({ chunk, score }) => ({ documentId: chunk.documentId, chunkId: chunk.key, score })),
  tookMs: times.tookMs,
})

/** A filter may name a thousand documents; a history of such would be mostly names. */
const toKeptFilter = (filter: DocumentFilter): unknown =>
  JSON.stringify(filter).length <= KEPT_CHARACTERS_MAX ? filter : { parts: Object.keys(filter) }
