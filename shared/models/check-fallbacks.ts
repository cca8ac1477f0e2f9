import type { ModelRow } from './tables.ts'

type Named = Pick<ModelRow, 'name' | 'kind' | 'fallbacks'>

/** What is wrong with the stand-ins of a model. */
export type FallbackProblem =
  | { problem: 'unknown'; name: string }
  | { problem: 'other-kind'; name: string }
  | { problem: 'no-stand-in' }
  /** The names along the circle; first and last are the same. */
  | { problem: 'loop'; path: string[] }

/**
 * Undefined when the stand-ins of a model may be saved. Vectors of two models are not comparable, so embedding models have none. Pure.
 * @param saved all models as they will be, `model` among them or not
 */
export const findFallbackProblem = (model: Named, saved: readonly Named[]): FallbackProblem | undefined => {
  if (model.fallbacks.length === 0) return undefined
  if (model.kind === 'embedding') return { problem: 'no-stand-in' }
  const byName = new Map([...saved, model].map((row) => [row.name, row]))
  for (const name of model.fallbacks) {
    const other = byName.get(name)
    if (!other) return { problem: 'unknown', name }
    if (other.kind !== model.kind) return { problem: 'other-kind', name }
  }
  const path = findLoop(model.name, byName)
  return path && { problem: 'loop', path }
}

/** The way from a model back to itself. */
const findLoop = (start: string, byName: ReadonlyMap<string, Named>): string[] | undefined => {
  const seen = new Set<string>()
  const follow = (path: string[]): string[] | undefined => {
    for (const name of byName.get(path.at(-1) ?? '')?.fallbacks ?? []) {
      if (name === start) return [...path, name]
      if (seen.has(name)) continue
      seen.add(name)
      const found = follow([...path, name])
      if (found) return found
    }
    return undefined
  }
  return follow([start])
}
