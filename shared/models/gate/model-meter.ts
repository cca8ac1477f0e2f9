import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { UsageEntry } from '../usage/usage-entry.ts'

/** The counters of everything that asks models, by the model's name. */
export interface ModelMeter {
  firstToken(model: string, seconds: number): void
  /** @param outcome `completed`, `abandoned` or the code of the failure */
  ended(entry: UsageEntry, outcome: string): void
  fellBack(from: string, to: string): void
  refused(reason: 'budget' | 'busy'): void
  /** An app came past the share that its budget names. */
  alerted(period: string, of: string): void
  waited(model: string, seconds: number): void
}

const NANO = 1e9

export const createModelMeter = (metrics: MetricsRegistry): ModelMeter => {
  const calls = metrics.counter('orrery_model_calls_total', 'Model calls by model and outcome.')
  const tokens = metrics.counter('orrery_model_tokens_total', 'Tokens by model and direction.')
  const cost = metrics.counter('orrery_model_cost_total', 'Cost of model calls by model, in its currency.')
  const fallbacks = metrics.counter(
    'orrery_model_fallbacks_total',
    'Times that another model was asked because one failed.',
  )
  const refusals = metrics.counter('orrery_model_refusals_total', 'Calls refused before a model was asked, by reason.')
  const alerts = metrics.counter(
    'orrery_model_budget_alerts_total',
    'Times that an app came past the alert share of a budget, by period and what is limited.',
  )
  const firstToken = metrics.histogram(
    'orrery_model_first_token_seconds',
    'Time from the call of a model to the first piece of its answer.',
  )
  const waits = metrics.histogram(
    'orrery_model_slot_wait_seconds',
    'Time that calls waited for a place of their model.',
  )
  return {
    firstToken: (model, seconds) => firstToken.observe(seconds, { model }),
    ended({ model, promptTokens, completionTokens, costNano, currency }, outcome) {
      calls.add(1, { model, outcome })
      tokens.add(promptTokens, { model, direction: 'prompt' })
      tokens.add(completionTokens, { model, direction: 'completion' })
      if (costNano > 0) cost.add(costNano / NANO, { model, currency })
    },
    fellBack: (from, to) => fallbacks.add(1, { model: from, to }),
    refused: (reason) => refusals.add(1, { reason }),
    alerted: (period, of) => alerts.add(1, { period, of }),
    waited: (model, seconds) => waits.observe(seconds, { model }),
  }
}
