import { sql } from 'drizzle-orm'
import { boolean, index, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

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
  (table) => [
    uniqueIndex('apps_live_name')
      .on(table.developerId, table.source, table.channelId, table.name)
      .where(sql`deleted_at is null`),
    index('apps_by_age').on(table.createdAt, table.appId),
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
    deletedAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.appId, table.apiKey] }),
    // A live key names one app: it is looked up without knowing whose it is.
    uniqueIndex('api_keys_live').on(table.apiKey).where(sql`deleted_at is null`),
  ],
)

export type AppRow = typeof apps.$inferSelect
export type NewApp = Pick<AppRow, 'appId' | 'name' | 'developerId' | 'channelId' | 'source' | 'description'>
export type ApiKeyRow = typeof apiKeys.$inferSelect
export type NewApiKey = Omit<ApiKeyRow, 'deletedAt' | 'createdAt'>
