import { bigint, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

export const AUDIT_ACTORS = ['root', 'key', 'user', 'nobody'] as const
/** Who did something: the root key, an app's key, a person who is signed in, or somebody without credentials, as at a sign-in. */
export type AuditActor = (typeof AUDIT_ACTORS)[number]

/**
 * Who changed what, one row a call, in the order in which the calls began. Rows are only added; the one thing that is written into them later is what
 * came of the call.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
    service: text().notNull(),
    actor: text({ enum: AUDIT_ACTORS }).notNull(),
    /** Id of the key or the user; empty for the others. */
    actorId: text().notNull(),
    /** For which app, or about which. */
    appId: text(),
    /** About which space. */
    spaceId: text(),
    /** Such as `flows:write`. */
    action: text().notNull(),
    method: text().notNull(),
    /** Without query and without secrets. */
    path: text().notNull(),
    /** HTTP status of the answer; null while there is none, and for ever when the process died before it. */
    status: integer(),
    /** The error code of a refusal; empty when there is none. */
    code: text().notNull().default(''),
    requestId: text().notNull(),
    address: text().notNull(),
  },
  (table) => [
    index('audit_entries_by_app').on(table.appId, table.id),
    index('audit_entries_by_space').on(table.spaceId, table.id),
    index('audit_entries_by_actor').on(table.actorId, table.id),
    index('audit_entries_by_age').on(table.at),
  ],
)

export type AuditEntryRow = typeof auditEntries.$inferSelect
export type NewAuditEntry = Omit<AuditEntryRow, 'id' | 'at' | 'status' | 'code'>
