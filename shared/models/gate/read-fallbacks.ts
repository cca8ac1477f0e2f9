import type { ModelRow } from '../tables.ts'

/** Models of one chain, the first one not counted. */
export const FALLBACKS_MAX = 8

/**
 * Who stands in for a model: those that it names, in order, then those that they name. Nobody twice, whatever the rows say; those that are away,
 * disabled or of another kind are left out.
 * @param find undefined for names that no enabled model has
 */
export const readFallbacks = async (
  first: ModelRow,
  find: (name: string) => Promise<ModelRow | undefined>,
): Promise<ModelRow[]> => {
  const seen = new Set([first.name])
  const names = [...first.fallbacks]
  const found: ModelRow[] = []
  for (const name of names) {
    if (seen.has(name) || found.length >= FALLBACKS_MAX) continue
    seen.add(name)
    const row = await find(name)
    if (row?.kind !== first.kind) continue
    found.push(row)
    names.push(...row.fallbacks) // the loop goes on with what is appended
  }
  return found
}
