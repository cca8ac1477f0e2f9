import { boolean, index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

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
    deletedAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('apps_by_developer').on(table.developerId)],
)

/** Credentials of apps. Checked by fingerprint; the encrypted secret exists only because the wire lists it to administrators. */
export const apiKeys = pgTable(
  'api_keys',
  {
    appId: text().notNull(),
    apiKey: text().notNull(),
    secretFingerprint: text().notNull(),
    secretEncrypted: text().notNull(),
    deletedAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.apiKey] }), index('api_keys_by_key').on(table.apiKey)],
)

export type AppRow = typeof apps.$inferSelect
export type ApiKeyRow = typeof apiKeys.$inferSelect
