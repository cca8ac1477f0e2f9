import { createShortCache, type ShortCache } from '#shared/http/short-cache.ts'

/** A version of a tool does not change; only its deletion comes late. */
const KEPT_MS_MAX = 30_000
const ENTRIES_MAX = 1_000

/** OpenAPI documents of tools. The key holds the app too: what one may read another may not. */
export type ToolSchemaCache = ShortCache<Readonly<Record<string, unknown>>>

/** @param now milliseconds of a clock that never goes back */
export const createToolSchemaCache = (now?: () => number): ToolSchemaCache =>
  createShortCache({ keptMsMax: KEPT_MS_MAX, entriesMax: ENTRIES_MAX }, now)
