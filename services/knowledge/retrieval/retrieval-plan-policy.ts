import type { RetrievalMode, RetrievalSettings } from '../bases/retrieval-settings.ts'
import type { IndexEngine } from '../tables.ts'
import type { FusionRule, SearchWay } from './fuse-candidates.ts'

/** What a search may say instead of what the bases say. */
export type RetrievalOverrides = {
  [Setting in 'mode' | 'fusion' | 'weights' | 'rerankModel' | 'scoreMin']?: RetrievalSettings[Setting] | undefined
}

export interface PlannedBase {
  id: string
  /** The engine that holds its index now. */
  engine: IndexEngine
  /** The model whose vectors its index holds now; null: none. */
  vectorModel: string | null
  settings: RetrievalSettings
}

/** How the candidates of a base are put in order and which of them are kept. */
export interface BaseRule extends FusionRule {
  rerankModel: string | null
  scoreMin: number
}

export interface RetrievalPlan {
  /** One search by words for each engine. */
  lexical: { engine: IndexEngine; baseIds: string[] }[]
  /** One search by meaning for each engine and embedding model: cosines of two models say nothing about each other. */
  vector: { engine: IndexEngine; model: string; baseIds: string[] }[]
  rules: ReadonlyMap<string, BaseRule>
  /** Best chunks that each search finds. */
  candidates: number
}

/** Chunks of each list that are fused, where no more are asked for: further ones hardly ever rise into the first ten. */
const CANDIDATES_MIN = 60

/**
 * Which searches a question takes, and how their lists become one answer. Pure.
 * @param ask.unavailable embedding models that cannot be asked now: their bases are searched by words
 */
export const planRetrieval = (
  bases: readonly PlannedBase[],
  ask: { limit: number; overrides: RetrievalOverrides; unavailable?: ReadonlySet<string> },
): RetrievalPlan => {
  const rules = new Map<string, BaseRule>()
  const lexical = new Map<string, RetrievalPlan['lexical'][number]>()
  const vector = new Map<string, RetrievalPlan['vector'][number]>()
  for (const { id, engine, vectorModel, settings: own } of bases) {
    const settings = { ...own, ...withoutUndefined(ask.overrides) }
    const isWithout = own.embeddingModel === null || vectorModel === null || ask.unavailable?.has(vectorModel)
    const model = isWithout ? null : vectorModel
    const { fusion, rerankModel, scoreMin } = settings
    const weights = settings.weights.lexical + settings.weights.vector > 0 ? settings.weights : EVEN
    const ways = waysOf(model === null ? 'lexical' : settings.mode, weights)
    rules.set(id, { fusion, weights, ways, rerankModel, scoreMin })
    if (ways.includes('lexical')) groupOf(lexical, engine, { engine, baseIds: [] }).baseIds.push(id)
    if (ways.includes('vector') && model !== null) {
      groupOf(vector, `${engine} ${model}`, { engine, model, baseIds: [] }).baseIds.push(id)
    }
  }
  return {
    lexical: [...lexical.values()],
    vector: [...vector.values()],
    rules,
    candidates: Math.max(CANDIDATES_MIN, ask.limit),
  }
}

/** Two lists without weight are as good as each other. */
const EVEN = { lexical: 1, vector: 1 }

/** A list without weight is not asked for. */
const waysOf = (mode: RetrievalMode, weights: RetrievalSettings['weights']): SearchWay[] => {
  if (mode !== 'hybrid') return [mode]
  if (weights.lexical === 0) return ['vector']
  if (weights.vector === 0) return ['lexical']
  return ['lexical', 'vector']
}

const groupOf = <Group>(groups: Map<string, Group>, key: string, fresh: Group): Group => {
  const group = groups.get(key) ?? fresh
  groups.set(key, group)
  return group
}

const withoutUndefined = (overrides: RetrievalOverrides): Partial<RetrievalSettings> =>
  Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined))
