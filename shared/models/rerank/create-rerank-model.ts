import type { Logger } from '#shared/logging/logger.ts'
import { splitBatches } from '../embeddings/split-batches.ts'
import { mayFallBack } from '../gate/fallback-policy.ts'
import type { AppAdmission, GatedModel, ModelGate } from '../gate/model-gate.ts'
import { inParallel, runGatedCall } from '../gate/run-gated-call.ts'
import { tokensOfBytes } from '../usage/estimate-tokens.ts'
import type { RankedDocument, RerankModel } from './rerank-model.ts'
import type { createRerankProtocol } from './rerank-protocol.ts'

/** Documents of one request, where the model's row does not say: what Text Embeddings Inference takes as it comes. */
const BATCH_MAX = 32
const BATCHES_AT_ONCE_MAX = 4

export interface RerankLink extends GatedModel {
  ask: ReturnType<typeof createRerankProtocol>
}

/**
 * A rerank model of a provider, with those that stand in for it, and with budget, places and books of an app. Documents that do not fit into one
 * request are ranked in parts: a document's score depends on it and the question alone.
 */
export const createRerankModel = (
  chain: { first: RerankLink; hasFallbacks: boolean; fallbacks(): Promise<RerankLink[]> },
  { gate, appId, logger }: { gate: ModelGate; appId: string; logger: Logger },
): RerankModel => {
  const rankWith = async (link: RerankLink, { query, documents, signal, app, hasFallback }: Ranking) => {
    const batches = splitBatches(documents, link.limits.batchMax ?? BATCH_MAX)
    const parts = await inParallel(batches, { atOnceMax: BATCHES_AT_ONCE_MAX, signal }, (batch, stopped) =>
      runGatedCall({ gate, app, model: link, estimate: estimate(query, batch), hasFallback, signal: stopped }, () =>
        link.ask(query, batch, stopped),
      ),
    )
    let before = 0
    const ranked = parts.flatMap((part, place) => {
      const from = before
      before += batches[place]?.length ?? 0
      return part.ranked.map(({ index, score }) => ({ index: from + index, score }))
    })
    return ranked.sort((a, b) => b.score - a.score || a.index - b.index)
  }

  /** Asks this one, and when it fails those that are left. @param left undefined while it was not asked who stands in */
  const rankWithAny = async (
    ranking: Omit<Ranking, 'hasFallback'>,
    link = chain.first,
    left?: RerankLink[],
  ): Promise<RankedDocument[]> => {
    try {
      return await rankWith(link, { ...ranking, hasFallback: left ? left.length > 0 : chain.hasFallbacks })
    } catch (error) {
      if (ranking.signal.aborted || !mayFallBack(error)) throw error
      const [next, ...others] = left ?? (await chain.fallbacks())
      if (!next) throw error
      logger.warn({ err: error, model: link.name, next: next.name }, 'another model asked')
      gate.meter.fellBack(link.name, next.name)
      return rankWithAny(ranking, next, others)
    }
  }

  return {
    name: chain.first.name,
    async rerank(query, documents, signal) {
      if (documents.length === 0) return []
      const app = await gate.admitApp(appId, { promptTokens: () => estimate(query, documents), signal })
      try {
        return await rankWithAny({ query, documents, signal, app })
      } finally {
        app.end()
      }
    },
  }
}

interface Ranking {
  query: string
  documents: readonly string[]
  signal: AbortSignal
  app: AppAdmission
  hasFallback: boolean
}

/** The question is read beside each document. */
const estimate = (query: string, documents: readonly string[]): number => {
  const bytes = documents.reduce((sum, document) => sum + Buffer.byteLength(document), 0)
  return tokensOfBytes(bytes + Buffer.byteLength(query) * documents.length)
}
