import type { BaseRow } from '../tables.ts'
import { DEFAULT_RETRIEVAL, type RetrievalSettings } from './retrieval-settings.ts'

/** How a base is searched: what its owner set, and the defaults for the rest. */
export const settingsOf = (base: Pick<BaseRow, 'retrieval'>): RetrievalSettings => ({
  ...DEFAULT_RETRIEVAL,
  ...base.retrieval,
  weights: { ...DEFAULT_RETRIEVAL.weights, ...base.retrieval.weights },
})

/** The row's form of settings after a change: what differs from the defaults, so that better defaults reach whoever never chose. */
export const changeSettings = (
  base: Pick<BaseRow, 'retrieval'>,
  change: Partial<RetrievalSettings>,
): Partial<RetrievalSettings> => {
  const settings = { ...settingsOf(base), ...change }
  const differing = Object.entries(settings).filter(
    ([name, value]) => !Bun.deepEquals(value, DEFAULT_RETRIEVAL[name as keyof RetrievalSettings]),
  )
  return Object.fromEntries(differing)
}
