/** One place at which two documents differ; absent there: undefined, which JSON leaves out. */
export interface Difference {
  /** JSON pointer (RFC 6901). */
  path: string
  from?: unknown
  to?: unknown
}

/**
 * Where `to` differs from `from`: objects member by member, lists item by item, everything else whole. Applied to `from`, the differences
 * give `to`. Pure.
 */
export const diffSettings = (from: unknown, to: unknown, path = ''): Difference[] => {
  if (Bun.deepEquals(from, to)) return []
  if (!isContainer(from) || !isContainer(to) || Array.isArray(from) !== Array.isArray(to)) {
    return [{ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }]
  }
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return names.flatMap((name) => diffSettings(from[name], to[name], `${path}/${toPointerPart(name)}`))
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const toPointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
