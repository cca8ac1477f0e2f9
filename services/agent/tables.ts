import { jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { StoredBotConfig } from './bots/bot-config.ts'

/** Agents ("bots" on the wire), each of one app. */
export const bots = pgTable(
  'bots',
  {
    appId: text().notNull(),
    botId: text().notNull(),
    /** The wire's configuration without its model keys. */
    config: jsonb().$type<StoredBotConfig>().notNull(),
    /** JSON of the model keys (`{plan, summary}`), sealed by the secret box; empty when there are none. */
    keysEncrypted: text().notNull().default(''),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.botId] })],
)

/** Starters that were created once. A name that stands here is never created again, whatever became of the thing. */
export const agentStarters = pgTable('agent_starters', {
  name: text().primaryKey(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

export type BotRow = typeof bots.$inferSelect
