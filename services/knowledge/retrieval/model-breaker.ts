/** Calls in a row that failed before a model is left alone. */
const FAILURES_MAX = 3
/** How long it is left alone; then one call tries it. */
const REST_MS = 15_000
/** Names are those of models that were found, so there are never many. */
const MODELS_MAX = 1_000

/** Spares questions the wait for a model that does not answer anyway. Of this process alone. */
export interface ModelBreaker {
  /** False while the model is left alone. True once for the call that tries it again. */
  mayAsk(model: string): boolean
  succeeded(model: string): void
  failed(model: string): void
}

export const createModelBreaker = (now: () => number = Date.now): ModelBreaker => {
  const states = new Map<string, { failures: number; restsUntilMs: number }>()
  return {
    mayAsk(model) {
      const state = states.get(model)
      if (!state || state.failures < FAILURES_MAX) return true
      if (now() < state.restsUntilMs) return false
      state.restsUntilMs = now() + REST_MS
      return true
    },
    succeeded(model) {
      states.delete(model)
    },
    failed(model) {
      const state = states.get(model) ?? { failures: 0, restsUntilMs: 0 }
      if (states.size >= MODELS_MAX) states.clear()
      states.set(model, { failures: state.failures + 1, restsUntilMs: now() + REST_MS })
    },
  }
}
