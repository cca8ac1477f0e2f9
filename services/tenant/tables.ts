import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

/** The space of every app that was given to no other. */
export const DEFAULT_SPACE_ID = 'default'

/** Applications: the tenants of everything else. Soft-deleted, because runs and logs go on naming them. */
export const apps = pgTable(
  'apps',
  {
    appId: text().primaryKey(),
    name: text().notNull(),
    /** Numeric id of the developer who registered it, as the wire's `dev_id`. */
    developerId: text().notNull(),
    /** The wire's `cloud_id`. */
    channelId: text().notNull(),
    /** App id of the caller who registered it. */
    source: text().notNull().default('admin'),
    description: text().notNull().default(''),
    disabled: boolean().notNull().default(false),
    /** Whose members may work with it. */
    spaceId: text().notNull().default(DEFAULT_SPACE_ID),
    deletedAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('apps_live_name')
      .on(table.developerId, table.source, table.channelId, table.name)
      .where(sql`deleted_at is null`),
    index('apps_by_age').on(table.createdAt, table.appId),
    index('apps_by_space').on(table.spaceId),
  ],
)

/** Credentials of apps. Checked by fingerprint; the encrypted secret exists only because the wire lists it to administrators. */
export const apiKeys = pgTable(
  'api_keys',
  {
    appId: text().notNull(),
    apiKey: text().notNull(),
    secretFingerprint: text().notNull(),
    secretEncrypted: text().notNull(),
    /** Names of presets and actions, as they were given: see shared/permissions/actions.ts. */
    scopes: text().array().notNull().default(['full']),
    /** What the key is for, in its maker's words. */
    note: text().notNull().default(''),
    /** Refused from then on. Null: never. */
    expiresAt: timestamp({ withTimezone: true }),
    /** The key that this one was rotated to. */
    replacedBy: text(),
    /** To the minute. */
    lastUsedAt: timestamp({ withTimezone: true }),
    deletedAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.appId, table.apiKey] }),
    // A live key names one app: it is looked up without knowing whose it is.
    uniqueIndex('api_keys_live').on(table.apiKey).where(sql`deleted_at is null`),
  ],
)

/** How much an app, or one of its keys, may call. Null: as much as it likes. */
export const callLimits = pgTable(
  'call_limits',
  {
    appId: text().notNull(),
    /** '' for the app as a whole. */
    apiKey: text().notNull(),
    requestsPerSecond: integer(),
    requestsPerMinute: integer(),
    /** Requests beyond `requestsPerSecond` that a short rush may bring. */
    burst: integer(),
    /** Of UTC, as all days and months here. */
    requestsPerDay: integer(),
    requestsPerMonth: integer(),
    /** Of the app's model calls, from `model_usage`; of an app alone. */
    tokensPerDay: bigint({ mode: 'number' }),
    tokensPerMonth: bigint({ mode: 'number' }),
  },
  (table) => [primaryKey({ columns: [table.appId, table.apiKey] })],
)

/** Requests that gateways have taken out of quotas: in blocks, so that a request seldom costs a query. */
export const quotaCounters = pgTable(
  'quota_counters',
  {
    appId: text().notNull(),
    /** '' for the app as a whole. */
    apiKey: text().notNull(),
    /** `2026-11-26` or `2026-11`. */
    period: text().notNull(),
    requests: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.apiKey, table.period] })],
)

const id = () =>
  text()
    .primaryKey()
    .$defaultFn(() => Bun.randomUUIDv7())
const moment = () => timestamp({ withTimezone: true })

/** People. One who signs in through an identity provider alone has no password. */
export const users = pgTable(
  'users',
  {
    id: id(),
    /** In lower case. */
    email: text().notNull().unique(),
    name: text().notNull(),
    /** Argon2id in PHC format. */
    passwordHash: text(),
    /** Of the whole instance: may do what the root key may. */
    administrator: boolean().notNull().default(false),
    disabled: boolean().notNull().default(false),
    /** Issuer and subject at the identity provider. */
    oidcIssuer: text(),
    oidcSubject: text(),
    createdAt: moment().notNull().defaultNow(),
    updatedAt: moment().notNull().defaultNow(),
  },
  (table) => [uniqueIndex('users_by_identity').on(table.oidcIssuer, table.oidcSubject)],
)

/** Who is signed in, in which browser. A row that is gone is a session that ended. */
export const sessions = pgTable(
  'sessions',
  {
    id: id(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of the token in the cookie. */
    tokenHash: text().notNull().unique(),
    address: text().notNull(),
    userAgent: text().notNull(),
    createdAt: moment().notNull().defaultNow(),
    lastSeenAt: moment().notNull().defaultNow(),
    /** Whatever happens, it ends here. */
    expiresAt: moment().notNull(),
  },
  (table) => [index('sessions_by_user').on(table.userId)],
)

/** Failed attempts at a password or a code, by what is limited; counted by the rate limiter. */
export const signInAttempts = pgTable('sign_in_attempts', {
  key: text().primaryKey(),
  points: integer().notNull(),
  expire: moment(),
})

/** Groups of people and the apps that they work on. */
export const spaces = pgTable('spaces', {
  id: id(),
  name: text().notNull(),
  createdAt: moment().notNull().defaultNow(),
  updatedAt: moment().notNull().defaultNow(),
})

export const ROLES = ['owner', 'admin', 'editor', 'operator', 'viewer'] as const
/** What a member may do in a space, from most to least. */
export type Role = (typeof ROLES)[number]

export const members = pgTable(
  'members',
  {
    spaceId: text()
      .notNull()
      .references(() => spaces.id, { onDelete: 'cascade' }),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text({ enum: ROLES }).notNull(),
    createdAt: moment().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.spaceId, table.userId] }), index('members_by_user').on(table.userId)],
)

/** Links that make whoever opens them a member. Each works once. */
export const invitations = pgTable(
  'invitations',
  {
    id: id(),
    spaceId: text()
      .notNull()
      .references(() => spaces.id, { onDelete: 'cascade' }),
    role: text({ enum: ROLES }).notNull(),
    /** Whom alone it is for, in lower case; anybody who has the link when it is null. */
    email: text(),
    /** SHA-256 of the token in the link. */
    tokenHash: text().notNull().unique(),
    /** User id, or `root`. */
    createdBy: text().notNull(),
    createdAt: moment().notNull().defaultNow(),
    expiresAt: moment().notNull(),
    acceptedAt: moment(),
    acceptedBy: text(),
    revokedAt: moment(),
  },
  (table) => [index('invitations_by_space').on(table.spaceId, table.createdAt)],
)

/** Links by which somebody may choose a new password. Each works once. */
export const passwordResets = pgTable('password_resets', {
  id: id(),
  userId: text()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  /** SHA-256 of the token in the link. */
  tokenHash: text().notNull().unique(),
  createdAt: moment().notNull().defaultNow(),
  expiresAt: moment().notNull(),
  usedAt: moment(),
})

export type AppRow = typeof apps.$inferSelect
export type NewApp = Pick<AppRow, 'appId' | 'name' | 'developerId' | 'channelId' | 'source' | 'description'> &
  Partial<Pick<AppRow, 'spaceId'>>
export type ApiKeyRow = typeof apiKeys.$inferSelect
export type NewApiKey = Pick<ApiKeyRow, 'appId' | 'apiKey' | 'secretFingerprint' | 'secretEncrypted'> &
  Partial<Pick<ApiKeyRow, 'scopes' | 'note' | 'expiresAt'>>
export type CallLimitsRow = typeof callLimits.$inferSelect
export type UserRow = typeof users.$inferSelect
export type NewUser = Pick<UserRow, 'email' | 'name'> & Partial<UserRow>
export type SessionRow = typeof sessions.$inferSelect
export type SpaceRow = typeof spaces.$inferSelect
export type MemberRow = typeof members.$inferSelect
export type InvitationRow = typeof invitations.$inferSelect
export type PasswordResetRow = typeof passwordResets.$inferSelect
