/** As long as a tool's document may be older than the tool hub's. A version of a tool does not change; only its deletion comes late. */
const KEPT_MS_MAX = 30_000
const ENTRIES_MAX = 1_000

type Schema = Readonly<Record<string, unknown>>

/** OpenAPI documents of tools, kept for a short time. The key holds the app too: what one may read another may not. */
export interface ToolSchemaCache {
  get(key: string): Schema | undefined
  set(key: string, schema: Schema): void
}

/** @param now milliseconds of a clock that never goes back */
export const createToolSchemaCache = (now: () => number = () => performance.now()): ToolSchemaCache => {
  const entries = new Map<string, { schema: Schema; until: number }>()
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry && entry.until > now()) return entry.schema
      entries.delete(key)
      return undefined
    },
    set(key, schema) {
      entries.delete(key)
      const [oldest] = entries.keys()
      if (entries.size >= ENTRIES_MAX && oldest !== undefined) entries.delete(oldest)
      entries.set(key, { schema, until: now() + KEPT_MS_MAX })
    },
  }
}
