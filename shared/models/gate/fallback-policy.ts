import { AppError } from '#shared/errors/app-error.ts'
import type { ChatRequest } from '../chat-model.ts'
import { ModelError } from '../model-error.ts'
import type { ModelCapabilities } from '../model-facts.ts'

/** What another model of the chain would meet as well: the app's own limits, and nothing of the model's. */
const SAME_FOR_ALL: readonly string[] = ['MODEL_BUDGET_EXCEEDED']
/** Statuses of a refusal that is about the account or the model, not about the request. */
const ABOUT_THE_MODEL: readonly number[] = [401, 402, 403, 404, 410]
/** How providers say that a prompt is too long for this model; another one may have room for it. */
const TOO_LONG =
  /context.{0,10}(length|window|size)|maximum context|too (long|many tokens)|token limit|exceeds? the (model|maximum)/i

/**
 * True when the next model of a chain may be asked after this failure: the model was away, slow, busy, or cannot be asked at all. A request that a
 * provider calls wrong is wrong for the next one too, and its sender should hear it. Pure.
 */
export const mayFallBack = (error: unknown): boolean => {
  if (!(error instanceof AppError) || SAME_FOR_ALL.includes(error.code)) return false
  if (!(error instanceof ModelError) || error.code !== 'MODEL_REFUSED') return true
  return (
    error.providerStatus === undefined || ABOUT_THE_MODEL.includes(error.providerStatus) || TOO_LONG.test(error.message)
  )
}

/** False when a model is known to lack what a request needs. */
export const canAnswer = (
  capabilities: ModelCapabilities,
  request: Pick<ChatRequest, 'tools' | 'messages'>,
): boolean => {
  if (capabilities.tools === 'false' && request.tools && request.tools.length > 0) return false
  return capabilities.images !== 'false' || !request.messages.some(({ images }) => images && images.length > 0)
}
