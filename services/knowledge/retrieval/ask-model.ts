import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { ModelBreaker } from './model-breaker.ts'

export interface AskModelDependencies {
  breaker: ModelBreaker
  metrics: MetricsRegistry
  logger: Logger
}

export type Asked<Answer> = { answer: Answer; tookMs: number } | { failure: string; cause: unknown }

/**
 * Asks a model on behalf of a question that is to be answered without it too: in limited time, and not at all while it keeps failing. Rejects only
 * when the signal aborts.
 */
export const askModel = async <Answer>(
  { breaker, metrics, logger }: AskModelDependencies,
  call: { model: string; kind: 'embedding' | 'rerank'; msMax: number; signal: AbortSignal | undefined },
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Asked<Answer>> => {
  const { model, kind, msMax, signal } = call
  signal?.throwIfAborted()
  const startedMs = performance.now()
  const failures = metrics.counter(
    'orrery_knowledge_model_failures_total',
    'Questions that were answered without a model, by its kind and why.',
  )
  if (!breaker.mayAsk(model)) {
    failures.add(1, { kind, why: 'resting' })
    return { failure: 'it failed again and again and is tried anew in a moment.', cause: undefined }
  }
  const late = AbortSignal.timeout(msMax)
  try {
    const answer = await ask(signal ? AbortSignal.any([signal, late]) : late)
    breaker.succeeded(model)
    return { answer, tookMs: performance.now() - startedMs }
  } catch (error) {
    // Says nothing about the model.
    signal?.throwIfAborted()
    breaker.failed(model)
    failures.add(1, { kind, why: late.aborted ? 'late' : 'failed' })
    logger.warn({ err: error, model, kind }, 'question answered without a model')
    const reason = error instanceof Error ? error.message : String(error)
    return { failure: late.aborted ? `it did not answer within ${msMax} ms.` : reason, cause: error }
  }
}
