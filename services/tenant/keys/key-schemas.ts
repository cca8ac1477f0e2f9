import { t } from 'elysia'
import type { ApiKeyRow } from '../tables.ts'

export const Key = t.Object({
  apiKey: t.String({ examples: ['9f86d081884c7d659a2feaa0c55ad015'] }),
  createdAt: t.String({ format: 'date-time' }),
})
export type Key = typeof Key.static

/** The one answer that holds the secret. */
export const NewKey = t.Object({
  apiKey: t.String({ examples: ['9f86d081884c7d659a2feaa0c55ad015'] }),
  apiSecret: t.String({ description: 'Shown this once. Call with `Authorization: Bearer <apiKey>:<apiSecret>`.' }),
})

export const KeyList = t.Object({ keys: t.Array(Key) })

/** Row to response: never the secret, nor what it is compared with. */
export const toKey = (row: ApiKeyRow): Key => ({ apiKey: row.apiKey, createdAt: row.createdAt.toISOString() })
