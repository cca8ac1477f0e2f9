import type { RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import { tokensOfBytes } from '#shared/models/usage/estimate-tokens.ts'
import { QuestionModelUnavailableError } from '../errors.ts'
import { type AskModelDependencies, askModel } from './ask-model.ts'
import type { Candidate } from './fuse-candidates.ts'
import { rerankUnavailable, type SearchWarning } from './search-warning.ts'

export interface RerankDependencies extends AskModelDependencies {
  models: Pick<RefreshableModelDirectory, 'rerankByName'>
}

/** The best candidates that are judged: a model takes milliseconds for each. */
export const RERANKED_MAX = 50
/** Somebody waits for the answer; after this long it is given in the order before. */
const RERANK_MS_MAX = 10_000
/** Models read a few hundred words and ignore or refuse the rest. */
const DOCUMENT_CHARACTERS_MAX = 4_000

export interface Reranking {
  text: string
  appId: string | undefined
  isStrict: boolean
  /** Name of the model that judges the candidates of a base; null: none. */
  modelOf: (baseId: string) => string | null
  signal: AbortSignal | undefined
}

export interface JudgedCandidates {
  judgements: Map<string, Map<number, number>>
  warnings: SearchWarning[]
  tookMs: number
  /** Estimate of what the models read. */
  tokens: number
}

/**
 * What the bases' rerank models say of the best candidates. A model that cannot be asked says nothing, and a warning tells so; where the search is strict,
 * throws QuestionModelUnavailableError.
 *
 * @param textOf what a model is to read; undefined for a chunk that is gone
 */
export const judgeCandidates = async (
  dependencies: RerankDependencies,
  candidates: readonly Candidate[],
  { textOf, ...reranking }: Reranking & { textOf: (chunkId: number) => string | undefined },
): Promise<JudgedCandidates> => {
  const judgements = new Map<string, Map<number, number>>()
  const warnings: SearchWarning[] = []
  const startedMs = performance.now()
  let tokens = 0
  const groups = Map.groupBy(candidates.slice(0, RERANKED_MAX), ({ baseId }) => reranking.modelOf(baseId))
  await Promise.all(
    [...groups].map(async ([model, group]) => {
      if (model === null) return
      const documents = group.flatMap(({ chunkId }) => {
        const text = textOf(chunkId)
        return text === undefined ? [] : [{ chunkId, text: text.slice(0, DOCUMENT_CHARACTERS_MAX).toWellFormed() }]
      })
      const asked = await rank(dependencies, { ...reranking, model, documents: documents.map(({ text }) => text) })
      if ('failure' in asked) {
        if (reranking.isStrict) throw new QuestionModelUnavailableError(model, asked.failure, { cause: asked.cause })
        warnings.push(rerankUnavailable(model, asked.failure))
        return
      }
      tokens += documents.reduce((sum, { text }) => sum + tokensOfBytes(Buffer.byteLength(reranking.text + text)), 0)
      const scores = asked.answer.map(({ index, score }) => [documents[index]?.chunkId ?? 0, score] as const)
      judgements.set(model, new Map(scores))
    }),
  )
  return { judgements, warnings, tookMs: performance.now() - startedMs, tokens }
}

const rank = async (
  dependencies: RerankDependencies,
  { model, documents, text, appId, signal }: Reranking & { model: string; documents: string[] },
) => {
  const rerank = await dependencies.models.rerankByName(model, appId)
  if (!rerank) return { failure: 'there is no enabled rerank model of this name.', cause: undefined }
  return askModel(dependencies, { model, kind: 'rerank', msMax: RERANK_MS_MAX, signal }, (limited) =>
    rerank.rerank(text, documents, limited),
  )
}
