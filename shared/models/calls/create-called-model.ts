import type { ChatModel, ChatRequest } from '../chat-model.ts'
import { ModelError } from '../model-error.ts'
import { pause } from '../pause.ts'
import { askOnce, type ProviderProtocol } from './ask-once.ts'
import { CALL_LIMITS } from './call-limits.ts'
import type { ModelOptions } from './model-options.ts'
import { retryDelayMs } from './retry-policy.ts'

/**
 * A model that is called in a provider's protocol, with what all of them share: the limits of time and size, and asking again, but only
 * while nothing of the answer was seen.
 * @param options.secrets what must not appear in messages; the API key when left out
 */
export const createCalledModel = (
  options: Pick<ModelOptions, 'name' | 'apiKey' | 'limits' | 'logger'> & { secrets?: readonly string[] },
  protocol: ProviderProtocol,
): ChatModel => {
  const { name, limits = CALL_LIMITS, secrets = [options.apiKey] } = options

  /** Resolves when the model may be asked again, with the number of the try. Throws the error when it is final. */
  const beforeNextTry = async (error: unknown, tried: { attempt: number; endsMs: number; signal: AbortSignal }) => {
    const { attempt, endsMs, signal } = tried
    if (!(error instanceof ModelError) || signal.aborted) throw error
    if (protocol.learnsFrom?.(error)) return attempt
    const delayMs = retryDelayMs({ error, attempt, random: Math.random() }, limits)
    if (delayMs === undefined || performance.now() + delayMs >= endsMs) throw error
    options.logger.warn({ model: name, code: error.code, attempt, delayMs }, 'model asked again')
    await pause(delayMs, signal)
    return attempt + 1
  }

  return {
    name,
    async *stream(request: ChatRequest) {
      const totalEndsMs = performance.now() + limits.totalMsMax
      for (let attempt = 1; ; ) {
        let began = false
        try {
          for await (const delta of askOnce(protocol, { name, secrets, limits, request, totalEndsMs })) {
            began = true
            yield delta
          }
          return
        } catch (error) {
          if (began) throw error
          attempt = await beforeNextTry(error, { attempt, endsMs: totalEndsMs, signal: request.signal })
        }
      }
    },
  }
}
