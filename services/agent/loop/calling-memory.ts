import { createShortCache } from '#shared/http/short-cache.ts'
import { ModelError } from '#shared/models/model-error.ts'
import type { ModelReference } from './turn-events.ts'

/** A model that was changed may have learned to call. */
const KEPT_MS_MAX = 600_000
const ENTRIES_MAX = 1_000

/** Models that refused to be offered tools, for as long as this process remembers. */
export interface CallingMemory {
  refuses(reference: ModelReference): boolean
  remember(reference: ModelReference): void
}

export const createCallingMemory = (): CallingMemory => {
  const refusals = createShortCache<true>({ keptMsMax: KEPT_MS_MAX, entriesMax: ENTRIES_MAX })
  return {
    refuses: (reference) => refusals.get(keyOf(reference)) ?? false,
    remember: (reference) => refusals.set(keyOf(reference), true),
  }
}

const keyOf = (reference: ModelReference): string =>
  'name' in reference ? reference.name : JSON.stringify([reference.url, reference.modelId])

/** True when a provider's refusal speaks of tools: servers without function calling name the field, or the feature. */
export const doesNotCall = (error: unknown): boolean =>
  error instanceof ModelError &&
  (error.code === 'MODEL_REFUSED' || error.code === 'MODEL_UNREACHABLE') &&
  /\b(tools?|tool_choice|functions?|function[ -]?call(ing)?)\b/i.test(error.message)
