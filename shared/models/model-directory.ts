import type { Logger } from '#shared/logging/logger.ts'
import { openSocketDirectly } from '#shared/outbound/open-socket.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { ModelOptions } from './calls/model-options.ts'
import type { ChatModel, ModelDirectory } from './chat-model.ts'
import { createProviderModel, providerUrl } from './create-provider-model.ts'
import { type ChainLink, gateChatModel } from './gate/gate-chat-model.ts'
import type { ModelGate } from './gate/model-gate.ts'
import { readFallbacks } from './gate/read-fallbacks.ts'
import { UNKNOWN_CAPABILITIES } from './model-facts.ts'
import type { ModelRepository } from './model-repository.ts'
import { openApiKey } from './open-api-key.ts'
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
  /** The provider's model of a row that need not be saved, without budget, books, or others that stand in. */
  bare(row: BareModel): ChatModel
  forget(): void
}

export type BareModel = Pick<ModelRow, 'name' | 'provider' | 'url' | 'modelId' | 'apiKeyEncrypted' | 'parameters'>

/** Turns model rows and inline endpoints into models. The only door of services to language models. */
export const createModelDirectory = (dependencies: ModelDirectoryDependencies): RefreshableModelDirectory => {
  const rows = new Map<string, { row: ModelRow | undefined; model: ChatModel | undefined; untilMs: number }>()
  let savedUrls: { urls: Set<string>; untilMs: number } | undefined

  const optionsOf = (row: BareModel): ModelOptions => ({
    name: row.name,
    url: row.url,
    modelId: row.modelId,
    apiKey: openApiKey(dependencies.secrets, row.apiKeyEncrypted),
    parameters: row.parameters,
    fetch,
    openSocket: openSocketDirectly,
    fetchImage: dependencies.outbound.fetch,
    logger: dependencies.logger,
  })

  const bare = (row: BareModel): ChatModel =>
    createProviderModel(row.provider, { ...optionsOf(row), rehearsal: dependencies.rehearsal })

  const toLink = (row: ModelRow): ChainLink => ({ ...row, model: bare(row) })

  /** Those of the chain that can be asked; one whose key cannot be read is left out as one that is away. */
  const linksOf = async (row: ModelRow): Promise<ChainLink[]> => {
    const fallbacks = await readFallbacks(row, (name) => entryOf(name).then((entry) => entry.row))
    return fallbacks.flatMap((fallback) => {
      try {
        return [toLink(fallback)]
      } catch (error) {
        dependencies.logger.warn({ err: error, model: fallback.name }, 'model left out of a chain')
        return []
      }
    })
  }

  const entryOf = async (name: string) => {
    const cached = rows.get(name)
    if (cached && cached.untilMs >= Date.now()) return cached
    const found = await dependencies.models.find(name)
    const entry = {
      row: found?.enabled ? found : undefined,
      model: undefined as ChatModel | undefined,
      untilMs: Date.now() + ROW_CACHE_MS,
    }
    if (rows.size >= ROWS_CACHED_MAX) rows.clear()
    // Of names that there are none of anybody could think up as many as the cache holds.
    if (entry.row) rows.set(name, entry)
    else rows.delete(name)
    return entry
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
      const { row } = entry
      if (row?.kind !== 'chat') return undefined
      entry.model ??= gateChatModel(
        { first: toLink(row), hasFallbacks: row.fallbacks.length > 0, fallbacks: () => linksOf(row) },
        dependencies,
      )
      return entry.model
    },

    async inline(endpoint) {
      const url = providerUrl('openai', endpoint.url, endpoint.modelId)
      const model = createProviderModel('openai', {
        ...endpoint,
        name: endpoint.modelId,
        url,
        parameters: {},
        fetch: (await isSaved(url)) ? fetch : dependencies.outbound.fetch,
        logger: dependencies.logger,
      })
      const first = { name: INLINE_NAME, price: null, limits: {}, capabilities: UNKNOWN_CAPABILITIES, model }
      return gateChatModel({ first, hasFallbacks: false, fallbacks: async () => [] }, dependencies)
    },

    forget() {
      rows.clear()
      savedUrls = undefined
    },
  }
}

const normalised = (url: string): string[] => {
  try {
    return [providerUrl('openai', url, '')]
  } catch {
    return []
  }
}
