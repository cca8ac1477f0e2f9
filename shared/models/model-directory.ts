import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { ChatModel, ModelDirectory } from './chat-model.ts'
import { createProviderModel } from './create-provider-model.ts'
import { measureModel } from './measure-model.ts'
import type { ModelRepository } from './model-repository.ts'
import { openApiKey } from './open-api-key.ts'
import { chatCompletionsUrl } from './openai/chat-completions-url.ts'
import { createOpenAiChatModel } from './openai/openai-chat-model.ts'
import type { ModelRow } from './tables.ts'

/** A row that was read is used this long before it is read again: a changed model is noticed by every process within this time. */
const ROW_CACHE_MS = 2_000
const ROWS_CACHED_MAX = 1_000

export interface ModelDirectoryDependencies {
  models: Pick<ModelRepository, 'find' | 'savedUrls'>
  secrets: SecretBox
  outbound: OutboundGuard
  /** Pause between two words of the rehearsal model. */
  rehearsal: { tokenMs: number }
  logger: Logger
  metrics: MetricsRegistry
}

/** A model directory that can forget what it cached, for whoever changes the rows in this process. */
export interface RefreshableModelDirectory extends ModelDirectory {
  forget(): void
}

/** Turns model rows and inline endpoints into models. The only door of services to language models. */
export const createModelDirectory = (dependencies: ModelDirectoryDependencies): RefreshableModelDirectory => {
  const byNameCache = new Map<string, { model: ChatModel | undefined; untilMs: number }>()
  let savedUrls: { urls: Set<string>; untilMs: number } | undefined

  const fromRow = (row: ModelRow): ChatModel => {
    return createProviderModel(row.provider, {
      name: row.name,
      url: row.url,
      modelId: row.modelId,
      apiKey: openApiKey(dependencies.secrets, row.apiKeyEncrypted),
      parameters: row.parameters,
      fetch,
      logger: dependencies.logger,
      rehearsal: dependencies.rehearsal,
    })
  }

  const isSaved = async (url: string): Promise<boolean> => {
    if (!savedUrls || savedUrls.untilMs < Date.now()) {
      const urls = (await dependencies.models.savedUrls()).flatMap(normalised)
      savedUrls = { urls: new Set(urls), untilMs: Date.now() + ROW_CACHE_MS }
    }
    return savedUrls.urls.has(url)
  }

  return {
    async byName(name) {
      const cached = byNameCache.get(name)
      if (cached && cached.untilMs >= Date.now()) return cached.model
      const row = await dependencies.models.find(name)
      if (!row?.enabled) {
        byNameCache.delete(name)
        return undefined
      }
      const model = measureModel(fromRow(row), { label: row.name, metrics: dependencies.metrics })
      if (byNameCache.size >= ROWS_CACHED_MAX) byNameCache.clear()
      byNameCache.set(name, { model, untilMs: Date.now() + ROW_CACHE_MS })
      return model
    },

    async inline(endpoint) {
      const url = chatCompletionsUrl(endpoint.url)
      const model = createOpenAiChatModel({
        ...endpoint,
        name: endpoint.modelId,
        url,
        parameters: {},
        fetch: (await isSaved(url)) ? fetch : dependencies.outbound.fetch,
        logger: dependencies.logger,
      })
      return measureModel(model, { label: 'inline', metrics: dependencies.metrics })
    },

    forget() {
      byNameCache.clear()
      savedUrls = undefined
    },
  }
}

const normalised = (url: string): string[] => {
  try {
    return [chatCompletionsUrl(url)]
  } catch {
    return []
  }
}
