import { AppError } from '#shared/errors/app-error.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { ChatDelta, ChatModel } from './chat-model.ts'

/** The same model with its calls, tokens and time to the first delta counted under `label`. */
export const measureModel = (model: ChatModel, options: { label: string; metrics: MetricsRegistry }): ChatModel => {
  const calls = options.metrics.counter('orrery_model_calls_total', 'Model calls by model and outcome.')
  const tokens = options.metrics.counter('orrery_model_tokens_total', 'Tokens by model and direction.')
  const firstToken = options.metrics.histogram(
    'orrery_model_first_token_seconds',
    'Time from the call of a model to the first piece of its answer.',
  )
  const labels = { model: options.label }

  /** Counts one call: each delta, then how it ended. */
  const startMeter = () => {
    const startedMs = performance.now()
    let last: ChatDelta | undefined
    return {
      observe(delta: ChatDelta) {
        if (!last) firstToken.observe((performance.now() - startedMs) / 1000, labels)
        last = delta
        if (delta.type !== 'finish') return
        tokens.add(delta.usage.promptTokens, { ...labels, direction: 'prompt' })
        tokens.add(delta.usage.completionTokens, { ...labels, direction: 'completion' })
      },
      /** A reader that stops in the middle leaves an abandoned call behind. */
      end(failure: string | undefined) {
        calls.add(1, { ...labels, outcome: failure ?? (last?.type === 'finish' ? 'completed' : 'abandoned') })
      },
    }
  }

  return {
    name: model.name,
    async *stream(request) {
      const meter = startMeter()
      let failure: string | undefined
      try {
        for await (const delta of model.stream(request)) {
          meter.observe(delta)
          yield delta
        }
      } catch (error) {
        if (!request.signal.aborted) failure = error instanceof AppError ? error.code : 'failed'
        throw error
      } finally {
        meter.end(failure)
      }
    },
  }
}
