import type { Logger } from '#shared/logging/logger.ts'
import { openSocketDirectly } from '#shared/outbound/open-socket.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { type BareModels, createBareModels } from './bare-models.ts'
import { CALL_LIMITS, type CallLimits } from './calls/call-limits.ts'
import type { ChatModel, ModelDirectory } from './chat-model.ts'
import { createProviderModel, type ProviderName, providerUrl } from './create-provider-model.ts'
import { createEmbeddingModel } from './embeddings/create-embedding-model.ts'
import type { EmbeddingModel } from './embeddings/embedding-model.ts'
import type { EmbeddingProtocol } from './embeddings/embedding-protocols.ts'
import { type ChainLink, gateChatModel } from './gate/gate-chat-model.ts'
import type { ModelGate } from './gate/model-gate.ts'
import { readFallbacks } from './gate/read-fallbacks.ts'
import { UNKNOWN_CAPABILITIES } from './model-facts.ts'
import type { ModelRepository } from './model-repository.ts'
import { createRerankModel, type RerankLink } from './rerank/create-rerank-model.ts'
import type { RerankModel } from './rerank/rerank-model.ts'
import { fetchPlainly } from './sockets/fetch-plainly.ts'
import type { ModelRow } from './tables.ts'

/** A row that was read is used this long before it is read again: a changed model is noticed by every process within this time. */
const ROW_CACHE_MS = 2_000
const ROWS_CACHED_MAX = 1_000
/** Name in books and metrics of endpoints that requests carry. */
export const INLINE_NAME = 'inline'

export interface ModelDirectoryDependencies {
  models: Pick<ModelRepository, 'find' | 'savedUrls'>
  secrets: SecretBox
  outbound: OutboundGuard
  /** Pause between two words of the rehearsal model. */
  rehearsal: { tokenMs: number }
  gate: ModelGate
  logger: Logger
}

/** A model directory that can forget what it cached, for whoever changes the rows in this process. */
export interface RefreshableModelDirectory extends ModelDirectory {
  /** Undefined when no enabled embedding model has this name. @param appId whose budget it is; undefined for calls of no app */
  embeddingByName(name: string, appId?: string): Promise<EmbeddingModel | undefined>
  /** Undefined when no enabled rerank model has this name. */
  rerankByName(name: string, appId?: string): Promise<RerankModel | undefined>
  /** For whoever tests a model. */
  bare: BareModels
  forget(): void
}

/** A row as it was read, with what was made of it. */
interface Entry {
  row: ModelRow
  untilMs: number
  chat?: ChatModel
  embedding?: EmbeddingProtocol
  rerank?: RerankLink
}

/** Turns model rows and inline endpoints into models. The only door of services to language models. */
export const createModelDirectory = (dependencies: ModelDirectoryDependencies): RefreshableModelDirectory => {
  const entries = new Map<string, Entry>()
  let savedUrls: { urls: Set<string>; untilMs: number } | undefined

  const bare = createBareModels(dependencies)

  const toLink = (row: ModelRow): ChainLink => ({ ...row, model: bare.chat(row, limitsOf(row)) })

  /** Those of the chain that can be asked; one whose key cannot be read is left out as one that is away. */
  const linksOf = async <Link>(row: ModelRow, toLink: (row: ModelRow) => Link): Promise<Link[]> => {
    const fallbacks = await readFallbacks(row, async (name) => (await entryOf(name))?.row)
    return fallbacks.flatMap((fallback) => {
      try {
        return [toLink(fallback)]
      } catch (error) {
        dependencies.logger.warn({ err: error, model: fallback.name }, 'model left out of a chain')
        return []
      }
    })
  }

  const entryOf = async (name: string): Promise<Entry | undefined> => {
    const cached = entries.get(name)
    if (cached && cached.untilMs >= Date.now()) return cached
    const row = await dependencies.models.find(name)
    // Of names that there are none of anybody could think up as many as the cache holds.
    if (!row?.enabled) {
      entries.delete(name)
      return undefined
    }
    const untilMs = Date.now() + ROW_CACHE_MS
    const isSame = cached?.row.id === row.id && cached.row.updatedAt.getTime() === row.updatedAt.getTime()
    // What was learned of an unchanged model is kept.
    const entry = isSame ? Object.assign(cached, { untilMs }) : { row, untilMs }
    if (entries.size >= ROWS_CACHED_MAX) entries.clear()
    entries.set(name, entry)
    return entry
  }

  const toRerankLink = (entry: Entry): RerankLink => {
    entry.rerank ??= { ...entry.row, ask: bare.rerank(entry.row, limitsOf(entry.row)) }
    return entry.rerank
  }

  const isSaved = async (url: string): Promise<boolean> => {
    if (!savedUrls || savedUrls.untilMs < Date.now()) {
      const urls = (await dependencies.models.savedUrls()).flatMap(normalised)
      savedUrls = { urls: new Set(urls), untilMs: Date.now() + ROW_CACHE_MS }
    }
    return savedUrls.urls.has(url)
  }

  return {
    bare,
    async byName(name) {
      const entry = await entryOf(name)
      if (entry?.row.kind !== 'chat') return undefined
      const { row } = entry
      entry.chat ??= gateChatModel(
        { first: toLink(row), hasFallbacks: row.fallbacks.length > 0, fallbacks: () => linksOf(row, toLink) },
        dependencies,
      )
      return entry.chat
    },

    async embeddingByName(name, appId = '') {
      const entry = await entryOf(name)
      if (entry?.row.kind !== 'embedding') return undefined
      const { row } = entry
      entry.embedding ??= bare.embedding(row)
      return createEmbeddingModel(entry.embedding, bare.optionsOf(row), { gate: dependencies.gate, model: row, appId })
    },

    async rerankByName(name, appId = '') {
      const entry = await entryOf(name)
      if (entry?.row.kind !== 'rerank') return undefined
      const { row } = entry
      const toOther = (other: ModelRow) => toRerankLink(entries.get(other.name) ?? { row: other, untilMs: 0 })
      const chain = {
        first: toRerankLink(entry),
        hasFallbacks: row.fallbacks.length > 0,
        fallbacks: () => linksOf(row, toOther),
      }
      return createRerankModel(chain, { ...dependencies, appId })
    },

    async inline(endpoint) {
      const provider = inlineProvider(endpoint.url)
      const url = providerUrl(provider, endpoint.url, endpoint.modelId)
      const { outbound } = dependencies
      const isTrusted = await isSaved(url)
      const model = createProviderModel(provider, {
        ...endpoint,
        name: endpoint.modelId,
        url,
        parameters: {},
        fetch: isTrusted ? fetchPlainly : outbound.fetch,
        openSocket: isTrusted ? openSocketDirectly : outbound.openSocket,
        fetchImage: outbound.fetch,
        logger: dependencies.logger,
      })
      const first = { name: INLINE_NAME, price: null, limits: {}, capabilities: UNKNOWN_CAPABILITIES, model }
      return gateChatModel({ first, hasFallbacks: false, fallbacks: async () => [] }, dependencies)
    },

    forget() {
      entries.clear()
      savedUrls = undefined
    },
  }
}

/** Nobody waits out the pauses of a model that others can stand in for. */
const limitsOf = ({ fallbacks }: ModelRow): CallLimits | undefined =>
  fallbacks.length === 0
    ? undefined
    : { ...CALL_LIMITS, attemptsMax: 2, retryMsMax: CALL_LIMITS.retryBaseMs, retryAfterMsMax: 1_000 }

/** Spark alone is spoken to over WebSocket; everything else that names an address speaks OpenAI's protocol. */
const inlineProvider = (url: string): ProviderName => (/^\s*wss?:/i.test(url) ? 'spark' : 'openai')

const normalised = (url: string): string[] => {
  try {
    return [providerUrl(inlineProvider(url), url, '')]
  } catch {
    return []
  }
}
