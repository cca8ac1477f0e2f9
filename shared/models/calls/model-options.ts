import type { Logger } from '#shared/logging/logger.ts'
import type { OpenSocket } from '#shared/outbound/open-socket.ts'
import type { CallLimits } from './call-limits.ts'

export type FetchModel = (url: string, init: RequestInit) => Promise<Response>

/** What a model of any provider is made of. */
export interface ModelOptions {
  /** By which users call the model: what they are told when it is away. */
  name: string
  /** The endpoint, or the base that its provider's path is added to. */
  url: string
  /** The provider's name of the model. */
  modelId: string
  /** '' when the endpoint wants none. */
  apiKey: string
  /** Fields of the request body that a request may override. */
  parameters: Record<string, unknown>
  /** The outbound guard's for addresses that users gave, the global one for saved ones. */
  fetch: FetchModel
  /** Like `fetch`, for providers that speak WebSocket; without it such a model refuses to be made. */
  openSocket?: OpenSocket
  /**
   * Fetches pictures for providers that want their bytes. Always the outbound guard's: their addresses come from conversations. Without it
   * only pictures in `data:` URLs can be shown to such a provider.
   */
  fetchImage?: FetchModel
  logger: Logger
  limits?: CallLimits
}
