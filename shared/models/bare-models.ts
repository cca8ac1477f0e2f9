import type { Logger } from '#shared/logging/logger.ts'
import { openSocketDirectly } from '#shared/outbound/open-socket.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { CallLimits } from './calls/call-limits.ts'
import type { ModelOptions } from './calls/model-options.ts'
import type { ChatModel } from './chat-model.ts'
import { createProviderModel } from './create-provider-model.ts'
import { createEmbeddingProtocol, createRerankProtocolOf } from './kinds-of-provider.ts'
import { openApiKey } from './open-api-key.ts'
import { fetchPlainly } from './sockets/fetch-plainly.ts'
import type { ModelRow } from './tables.ts'

/** What is needed of a row, which need not be saved. */
export type BareRow = Pick<ModelRow, 'name' | 'provider' | 'url' | 'modelId' | 'apiKeyEncrypted' | 'parameters'>

export type BareModels = ReturnType<typeof createBareModels>

/** Models of rows as their providers give them: without budgets, books, or others that stand in. Each throws MODEL_KEY_UNREADABLE and MODEL_URL_INVALID. */
export const createBareModels = (dependencies: {
  secrets: SecretBox
  outbound: OutboundGuard
  /** Pause between two words of the rehearsal model. */
  rehearsal: { tokenMs: number }
  logger: Logger
}) => {
  /** Saved addresses are trusted; those of pictures come from conversations. */
  const optionsOf = (row: BareRow, limits?: CallLimits): ModelOptions => ({
    name: row.name,
    url: row.url,
    modelId: row.modelId,
    apiKey: openApiKey(dependencies.secrets, row.apiKeyEncrypted),
    parameters: row.parameters,
    fetch: fetchPlainly,
    openSocket: openSocketDirectly,
    fetchImage: dependencies.outbound.fetch,
    logger: dependencies.logger,
    ...(limits && { limits }),
  })
  return {
    optionsOf,
    chat: (row: BareRow, limits?: CallLimits): ChatModel =>
      createProviderModel(row.provider, { ...optionsOf(row, limits), rehearsal: dependencies.rehearsal }),
    embedding: (row: BareRow, limits?: CallLimits) => createEmbeddingProtocol(row.provider, optionsOf(row, limits)),
    rerank: (row: BareRow, limits?: CallLimits) => createRerankProtocolOf(row.provider, optionsOf(row, limits)),
  }
}
