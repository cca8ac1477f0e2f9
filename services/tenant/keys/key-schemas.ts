import { t } from 'elysia'
import { ACTIONS, SCOPE_PRESETS } from '#shared/permissions/actions.ts'
import { AppParams } from '../apps/app-schemas.ts'
import type { ApiKeyRow } from '../tables.ts'
import type { KeyTerms } from './add-key.ts'
import { OVERLAP_SECONDS_MAX } from './rotate-key.ts'

const ApiKey = t.String({ examples: ['9f86d081884c7d659a2feaa0c55ad015'] })
const ApiSecret = t.String({
  description: 'Shown this once. Call with `Authorization: Bearer <apiKey>:<apiSecret>`.',
  examples: ['S3cretS3cretS3cretS3cretS3cretS3'],
})
const Scopes = t.Array(t.String({ minLength: 1, maxLength: 64 }), {
  minItems: 1,
  maxItems: ACTIONS.length,
  description: `Names of presets (${Object.keys(SCOPE_PRESETS).join(', ')}) and actions (\`agents:read\`), added up. What they do not allow is refused with 403.`,
  examples: [['run-only', 'runs:read']],
})
const Note = t.String({ maxLength: 256, description: 'What the key is for.', examples: ['The website'] })
const Moment = t.String({ format: 'date-time', examples: ['2027-01-01T00:00:00.000Z'] })

export const Key = t.Object({
  apiKey: ApiKey,
  scopes: t.Array(t.String()),
  note: t.String(),
  expiresAt: t.Nullable(Moment, { description: 'Refused from then on; null: never.' }),
  isExpired: t.Boolean(),
  replacedBy: t.Nullable(t.String(), { description: 'The key that this one was rotated to.' }),
  lastUsedAt: t.Nullable(Moment, { description: 'To the minute; null: never.' }),
  createdAt: Moment,
})
export type Key = typeof Key.static

/** The one answer that holds the secret. */
export const NewKey = t.Object({ apiKey: ApiKey, apiSecret: ApiSecret })

export const RotatedKey = t.Composite([
  NewKey,
  t.Object({ replaces: t.String(), oldExpiresAt: t.String({ format: 'date-time' }) }),
])

export const KeyList = t.Object({ keys: t.Array(Key) })

/** A misspelt `scopes` would make a key that may do everything. Not `false`: what that forbids is taken away before it is checked. */
const STRICT = { additionalProperties: t.Never() }

export const MakeKeyBody = t.Optional(
  t.Nullable(
    t.Object(
      {
        scopes: t.Optional(Scopes),
        note: t.Optional(Note),
        expiresAt: t.Optional(t.Nullable(Moment, { description: 'Left out or null: the key does not end.' })),
      },
      STRICT,
    ),
  ),
)

export const ChangeKeyBody = t.Partial(
  t.Object({
    scopes: Scopes,
    note: Note,
    expiresAt: t.Nullable(Moment, { description: 'null: the key does not end.' }),
  }),
  { minProperties: 1, ...STRICT },
)

export const RotateKeyBody = t.Optional(
  t.Nullable(
    t.Object({
      overlapSeconds: t.Optional(
        t.Integer({
          minimum: 0,
          maximum: OVERLAP_SECONDS_MAX,
          description: 'How long the old key works on. Left out: a day.',
          examples: [3_600],
        }),
      ),
    }),
  ),
)

export const KeyParams = t.Composite([AppParams, t.Object({ apiKey: t.String({ minLength: 1, maxLength: 128 }) })])

/** Body to terms. */
export const toTerms = (body: typeof MakeKeyBody.static): KeyTerms => ({
  scopes: body?.scopes,
  note: body?.note,
  expiresAt: body?.expiresAt == null ? body?.expiresAt : new Date(body.expiresAt),
})

/** Row to response: never the secret, nor what it is compared with. */
export const toKey = (row: ApiKeyRow, now = Date.now()): Key => ({
  apiKey: row.apiKey,
  scopes: row.scopes,
  note: row.note,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  isExpired: row.expiresAt !== null && row.expiresAt.getTime() <= now,
  replacedBy: row.replacedBy,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
})
