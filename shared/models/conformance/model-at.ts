import { silentLogger } from '#shared/logging/logger.ts'
import { openSocketDirectly } from '#shared/outbound/open-socket.ts'
import { CALL_LIMITS } from '../calls/call-limits.ts'
import type { ChatModel } from '../chat-model.ts'
import { createProviderModel, type ProviderModelOptions, type ProviderName } from '../create-provider-model.ts'
import { fetchPlainly } from '../sockets/fetch-plainly.ts'

/** A model at a test's server; asked again without a noticeable pause. */
export const modelAt = (provider: ProviderName, url: string, options: Partial<ProviderModelOptions> = {}): ChatModel =>
  createProviderModel(provider, {
    name: 'test',
    url,
    modelId: 'm1',
    apiKey: provider === 'spark' ? 'app-1:spark-key:spark-secret' : 'very-secret-key',
    parameters: {},
    fetch: fetchPlainly,
    openSocket: openSocketDirectly,
    logger: silentLogger,
    ...options,
    limits: { ...CALL_LIMITS, retryBaseMs: 1, retryMsMax: 2, ...options.limits },
  })
