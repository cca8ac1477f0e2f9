import { boolean, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Language models by name. Written by the agent service's management API only; read by whoever calls models. */
export const models = pgTable('models', {
  id: text()
    .primaryKey()
    .$defaultFn(() => Bun.randomUUIDv7()),
  /** How flows, agents and API callers name it. */
  name: text().notNull().unique(),
  provider: text({ enum: ['openai', 'rehearsal'] }).notNull(),
  /** The full chat-completions URL, or its base ending in `/v1`. Empty for the rehearsal. */
  url: text().notNull().default(''),
  /** The provider's name of the model. */
  modelId: text().notNull(),
  /** Sealed by the secret box; empty when the endpoint wants no key. */
  apiKeyEncrypted: text().notNull().default(''),
  enabled: boolean().notNull().default(true),
  /** Further fields of the provider's request body, below what a request itself asks for. */
  parameters: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

export type ModelRow = typeof models.$inferSelect
export type NewModel = Omit<typeof models.$inferInsert, 'id' | 'createdAt' | 'updatedAt'>
