import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import type { ModelCapabilities, ModelLimits, ModelPrice } from './model-facts.ts'
import type { UsageSum } from './usage/usage-entry.ts'

/** Language models by name. Written by the agent service's management API only; read by whoever calls models. */
export const models = pgTable('models', {
  id: text()
    .primaryKey()
    .$defaultFn(() => Bun.randomUUIDv7()),
  /** How flows, agents and API callers name it. */
  name: text().notNull().unique(),
  provider: text({ enum: ['openai', 'rehearsal', 'anthropic', 'gemini', 'ollama', 'spark'] }).notNull(),
  kind: text({ enum: ['chat', 'embedding', 'rerank'] })
    .notNull()
    .default('chat'),
  /** The full URL of the operation, or its base; what each provider accepts. Empty for the rehearsal. */
  url: text().notNull().default(''),
  /** The provider's name of the model. */
  modelId: text().notNull(),
  /** Sealed by the secret box; empty when the endpoint wants no key. */
  apiKeyEncrypted: text().notNull().default(''),
  enabled: boolean().notNull().default(true),
  /** Further fields of the provider's request body, below what a request itself asks for. */
  parameters: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  /** Names of the models that are asked when this one fails, in order. */
  fallbacks: jsonb().$type<string[]>().notNull().default([]),
  price: jsonb().$type<ModelPrice>(),
  limits: jsonb().$type<ModelLimits>().notNull().default({}),
  capabilities: jsonb()
    .$type<ModelCapabilities>()
    .notNull()
    .default({ tools: 'unknown', images: 'unknown', reasoning: 'unknown' }),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

/** What models were used for: one row an hour, app, model and currency, added up as calls end. Written by every process that calls models. */
export const modelUsage = pgTable(
  'model_usage',
  {
    /** Beginning of the hour, UTC. */
    hour: timestamp({ withTimezone: true }).notNull(),
    /** '' for calls that belong to no app. */
    appId: text().notNull(),
    /** The saved name, or `inline` for an endpoint that a request carried. */
    model: text().notNull(),
    /** Of the cost; '' when the model had no price. */
    currency: text().notNull(),
    calls: bigint({ mode: 'number' }).notNull().default(0),
    /** Of the calls: those that failed, were cut, or left by their reader. */
    brokenCalls: bigint({ mode: 'number' }).notNull().default(0),
    /** Of the calls: those whose tokens were estimated, since the provider told none. */
    estimatedCalls: bigint({ mode: 'number' }).notNull().default(0),
    promptTokens: bigint({ mode: 'number' }).notNull().default(0),
    completionTokens: bigint({ mode: 'number' }).notNull().default(0),
    /** Of all the tokens: the estimated ones. */
    estimatedTokens: bigint({ mode: 'number' }).notNull().default(0),
    /** At the prices of the moment, in billionths of the currency. */
    costNano: bigint({ mode: 'number' }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.appId, table.hour, table.model, table.currency] }),
    index('model_usage_hour').on(table.hour),
  ],
)

/**
 * Processes that write usage. The number of the last flush tells whether a repeated one was stored; `open` holds what their unfinished calls
 * have cost so far, for somebody else to count when the process dies.
 */
export const modelUsageWriters = pgTable('model_usage_writers', {
  id: text().primaryKey(),
  flush: bigint({ mode: 'number' }).notNull().default(0),
  open: jsonb().$type<UsageSum[]>().notNull().default([]),
  seen: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

/** What apps may spend on models. The row `*` holds for each app that has none of its own. */
export const modelBudgets = pgTable('model_budgets', {
  appId: text().primaryKey(),
  /** Calls at the same time. Null: any. */
  concurrencyMax: integer(),
  /** Per day and month of UTC. Null: any. */
  dayTokensMax: bigint({ mode: 'number' }),
  monthTokensMax: bigint({ mode: 'number' }),
  /** In `currency`. Null: any. */
  dayCostMax: doublePrecision(),
  monthCostMax: doublePrecision(),
  currency: text().notNull().default('USD'),
  /** Share of a budget (0 to 1) from which its state says `alert`. */
  alertAt: doublePrecision().notNull().default(0.8),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

/** Places for calls at the same time, leased to processes: one row a limited model or app. */
export const modelSlots = pgTable('model_slots', {
  /** `model:<name>` or `app:<id>`. */
  scope: text().primaryKey(),
  /** By process: places leased, calls that wait for one, and until when (milliseconds since 1970, by the database's clock). */
  holders: jsonb().$type<Record<string, { leased: number; waiting: number; untilMs: number }>>().notNull().default({}),
})

export type ModelRow = typeof models.$inferSelect
export type NewModel = Omit<typeof models.$inferInsert, 'id' | 'createdAt' | 'updatedAt'>
export type ModelProvider = ModelRow['provider']
export type ModelKind = ModelRow['kind']
export type ModelBudgetRow = typeof modelBudgets.$inferSelect
export type NewModelBudget = Omit<typeof modelBudgets.$inferInsert, 'createdAt' | 'updatedAt'>
