import { t } from 'elysia'
import type { StoredAuditEntry } from '#shared/audit/audit-repository.ts'

export const AuditEntry = t.Object({
  id: t.Integer({ examples: [1042] }),
  at: t.String({ format: 'date-time' }),
  service: t.String({ examples: ['workflow'] }),
  actor: t.Union([t.Literal('root'), t.Literal('key'), t.Literal('user'), t.Literal('nobody')], {
    description: 'The root key, a key of an app, a person, or somebody without credentials.',
  }),
  actorId: t.String({
    description: 'The key or the user id; of a failed sign-in the e-mail address; empty for the root key.',
    examples: ['0199f0a2-7c1e-7000-8000-5d9b5e0f3a11'],
  }),
  appId: t.Nullable(t.String({ examples: ['starter'] })),
  spaceId: t.Nullable(t.String({ examples: ['default'] })),
  action: t.String({ examples: ['flows:write'] }),
  method: t.String({ examples: ['POST'] }),
  path: t.String({ examples: ['/api/flows'] }),
  status: t.Nullable(t.Integer({ examples: [201] }), {
    description: 'HTTP status; null when the process died before it answered.',
  }),
  code: t.String({ description: 'The error code of a refusal; else empty.' }),
  requestId: t.String(),
  address: t.String({ examples: ['192.0.2.7'] }),
})
export type AuditEntry = typeof AuditEntry.static

export const AuditPage = t.Object({
  entries: t.Array(AuditEntry),
  nextBeforeId: t.Nullable(t.Integer(), { description: 'Pass it as `beforeId`; null on the last page.' }),
})

const LIMIT_MAX = 500

export const AuditQuery = t.Object({
  spaceId: t.Optional(
    t.String({
      maxLength: 64,
      description: 'Entries about this space and its apps. Members of a space have to name it.',
    }),
  ),
  appId: t.Optional(t.String({ maxLength: 64 })),
  actorId: t.Optional(t.String({ maxLength: 254, description: 'A user id, a key, or a tried e-mail address.' })),
  action: t.Optional(t.String({ maxLength: 64, examples: ['flows:write'] })),
  since: t.Optional(t.String({ format: 'date-time' })),
  until: t.Optional(t.String({ format: 'date-time', description: 'Not included.' })),
  beforeId: t.Optional(t.Integer({ minimum: 0, description: 'The `nextBeforeId` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 100 }),
})

/** Row to response. */
export const toAuditEntry = ({ at, ...row }: StoredAuditEntry): AuditEntry => ({
  id: row.id,
  at: at.toISOString(),
  service: row.service,
  actor: row.actor,
  actorId: row.actorId,
  appId: row.appId,
  spaceId: row.spaceId,
  action: row.action,
  method: row.method,
  path: row.path,
  status: row.status,
  code: row.code,
  requestId: row.requestId,
  address: row.address,
})

/** A call that the gateway refused, as it tells of it. */
export const Refusal = t.Object({
  service: t.String({ maxLength: 64 }),
  actor: AuditEntry.properties.actor,
  actorId: t.String({ maxLength: 254 }),
  appId: t.Nullable(t.String({ maxLength: 256 })),
  spaceId: t.Nullable(t.String({ maxLength: 256 })),
  action: t.String({ maxLength: 64 }),
  method: t.String({ maxLength: 16 }),
  path: t.String({ maxLength: 500 }),
  requestId: t.String({ maxLength: 128 }),
  address: t.String({ maxLength: 64 }),
  status: t.Integer(),
  code: t.String({ maxLength: 64 }),
})
