import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { ChatModel } from './chat-model.ts'
import { ModelError } from './model-error.ts'

/** The same model with its calls, tokens and time to the first delta counted under `label`. */
export const measureModel = (model: ChatModel, options: { label: string; metrics: MetricsRegistry }): ChatModel => {
  const calls = options.metrics.counter('orrery_model_calls_total', 'Model calls by model and outcome.')
  const tokens = options.metrics.counter('orrery_model_tokens_total', 'Tokens by model and direction.')
  const firstToken = options.metrics.histogram(
    'orrery_model_first_token_seconds',
    'Time from the call of a model to the first piece of its answer.',
  )
  const labels = { model: options.label }

  return {
    name: model.name,
    async *stream(request) {
      const startedMs = performance.now()
      let began = false
      // What a reader that stops in the middle leaves behind.
      let outcome = 'abandoned'
      try {
        for await (const delta of model.stream(request)) {
          if (!began) {
            began = true
            firstToken.observe((performance.now() - startedMs) / 1000, labels)
          }
          if (delta.type === 'finish') {
            outcome = 'completed'
            tokens.add(delta.usage.promptTokens, { ...labels, direction: 'prompt' })
            tokens.add(delta.usage.completionTokens, { ...labels, direction: 'completion' })
          }
          yield delta
        }
      } catch (error) {
        if (!request.signal.aborted) outcome = error instanceof ModelError ? error.code : 'failed'
        throw error
      } finally {
        calls.add(1, { ...labels, outcome })
      }
    },
  }
}
