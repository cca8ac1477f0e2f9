import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

/** What people edit: one row a flow. Its id is the decimal text of a 63-bit integer, as the wire demands. */
export const flows = pgTable(
  'flows',
  {
    id: text().primaryKey(),
    /** The wire's `group_id`: what licences are bound to. */
    groupId: text().notNull(),
    /** The app that owns the flow. */
    appId: text().notNull(),
    name: text().notNull().default(''),
    description: text().notNull().default(''),
    /** The draft. Null until a protocol was saved. */
    definitionHash: text(),
    /** What a publication without a version name released. */
    releaseHash: text(),
    /** The wire's `status`: 0 draft, 1 saved as release. */
    status: integer().notNull().default(0),
    /** The wire's `release_status`: see flows/release-policy.ts. */
    releaseBits: integer().notNull().default(0),
    /** The wire's `source`: 1 Xingchen, 2 open platform, 4 AIUI. */
    source: integer().notNull().default(1),
    /** The wire's `tag`: 1 marks a copy made for prompt comparison. */
    tag: integer().notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('flows_by_app').on(table.appId, table.id)],
)

/** Published versions of flows, by the name that their publisher gave them. */
export const flowVersions = pgTable(
  'flow_versions',
  {
    flowId: text().notNull(),
    version: text().notNull(),
    definitionHash: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.flowId, table.version] })],
)

/** Protocols by the SHA-256 of their text. Never changed and never deleted: runs go on naming them. */
export const flowDefinitions = pgTable('flow_definitions', {
  hash: text().primaryKey(),
  /** JSON of the wire's envelope, in the key order in which it came. */
  body: text().notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

/** Which app may run which flow. */
export const flowLicences = pgTable(
  'flow_licences',
  {
    appId: text().notNull(),
    groupId: text().notNull(),
    /** 1 valid, 0 withdrawn. */
    status: integer().notNull().default(1),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.groupId] }), index('flow_licences_by_group').on(table.groupId)],
)

/** What conversations (a flow, an app, a user, a chat) remember between runs. */
export const flowVariables = pgTable(
  'flow_variables',
  {
    flowId: text().notNull(),
    appId: text().notNull(),
    uid: text().notNull(),
    chatId: text().notNull(),
    name: text().notNull(),
    /** JSON, in the key order in which it was set. */
    value: text().notNull(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.flowId, table.appId, table.uid, table.chatId, table.name] })],
)

/** Protocols saved beside a flow to compare prompts: run by name in debug mode, never published. */
export const flowComparisons = pgTable(
  'flow_comparisons',
  {
    flowId: text().notNull(),
    version: text().notNull(),
    definitionHash: text().notNull(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.flowId, table.version] })],
)

/** Files that callers uploaded as inputs of flows. Whoever knows an id may read the file: it is random. */
export const flowFiles = pgTable(
  'flow_files',
  {
    /** 128 random bits, hexadecimal. */
    id: text().primaryKey(),
    /** The app that uploaded it. */
    appId: text().notNull(),
    /** Name of the content in the object store. */
    contentHash: text().notNull(),
    sizeBytes: integer().notNull(),
    /** As its sender named it, without a path. */
    name: text().notNull(),
    /** In lower case, without the dot. */
    extension: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('flow_files_by_content').on(table.contentHash), index('flow_files_by_age').on(table.createdAt)],
)

/** What model nodes with `enableChatHistory` asked and were answered, for the later runs of one app, user and chat. */
export const workflowNodeHistory = pgTable(
  'workflow_node_history',
  {
    /** Also the order: later ones are larger. */
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    flowId: text().notNull(),
    nodeId: text().notNull(),
    appId: text().notNull(),
    uid: text().notNull(),
    chatId: text().notNull(),
    /** Of the execution that it comes from: one that is repeated after a crash stores its round once. */
    roundKey: text().notNull(),
    rawQuestion: text().notNull(),
    rawAnswer: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('workflow_node_history_round').on(table.roundKey),
    index('workflow_node_history_chat').on(table.flowId, table.nodeId, table.appId, table.uid, table.chatId, table.id),
  ],
)

/** Keys under which runs were asked for, so that asking again is not starting again. Kept for a day. */
export const runKeys = pgTable(
  'run_keys',
  {
    /** The app that the run is for. */
    appId: text().notNull(),
    /** `api:…` as a caller chose it, `hook:<id>:…` as a sender of webhooks did. */
    key: text().notNull(),
    /** SHA-256 of what was asked for. */
    fingerprint: text().notNull(),
    /** Written before the run exists: a run that is missing is started again under the same id. */
    runId: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.key] }), index('run_keys_by_age').on(table.createdAt)],
)

/** Flows that are run at times. */
export const schedules = pgTable(
  'schedules',
  {
    id: text().primaryKey(),
    /** The app that owns the schedule and for which its runs are. */
    appId: text().notNull(),
    name: text().notNull(),
    flowId: text().notNull(),
    /** '' for the newest published version at the time of each run. */
    version: text().notNull().default(''),
    cron: text().notNull(),
    timezone: text().notNull(),
    /** JSON object. */
    parameters: text().notNull(),
    enabled: boolean().notNull(),
    /** What becomes of moments at which nobody was there: `skip` or `run-once`. */
    misfire: text().$type<'skip' | 'run-once'>().notNull(),
    /** The next occurrence that was not handled yet; null when there is none, or when the schedule is switched off. */
    nextFireAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('schedules_by_app').on(table.appId, table.id), index('schedules_due').on(table.nextFireAt)],
)

/** What became of the occurrences of schedules. */
export const scheduleFires = pgTable(
  'schedule_fires',
  {
    scheduleId: text().notNull(),
    fireAt: timestamp({ withTimezone: true }).notNull(),
    /** `pending` until its run is on disk; `started`; `refused` when there can be none; `skipped` when its moment was missed. */
    state: text().$type<'pending' | 'started' | 'refused' | 'skipped'>().notNull(),
    /** Id that the run has or will have; '' when there is none. */
    runId: text().notNull(),
    /** Why it was refused. */
    error: text().notNull().default(''),
    /** How many missed occurrences a `skipped` row stands for, at least. */
    missed: integer().notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.scheduleId, table.fireAt] }),
    index('schedule_fires_pending').on(table.createdAt).where(sql`state = 'pending'`),
    index('schedule_fires_by_age').on(table.createdAt),
  ],
)

/** Addresses at which others start runs of a flow. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: text().primaryKey(),
    /** The app that owns the webhook and for which its runs are. */
    appId: text().notNull(),
    name: text().notNull(),
    flowId: text().notNull(),
    /** '' for the newest published version at the time of each run. */
    version: text().notNull().default(''),
    /** SHA-256 of the token in the address. */
    tokenHash: text().notNull(),
    /** The secret that signatures are made with, encrypted; null when none is asked for. */
    secret: text(),
    /** Parameter that takes the whole body; null when the fields of the body are parameters by name. */
    bodyParameter: text(),
    /** JSON object: parameters that the body does not give. */
    parameters: text().notNull(),
    /** Calls in a minute. */
    callsPerMinuteMax: integer().notNull(),
    enabled: boolean().notNull(),
    minuteAt: timestamp({ withTimezone: true }),
    /** Calls in the minute that began at `minuteAt`. */
    minuteCalls: integer().notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [uniqueIndex('webhooks_by_token').on(table.tokenHash), index('webhooks_by_app').on(table.appId, table.id)],
)

/** Starter flows that were created once, so that a deleted one stays deleted. */
export const starterFlows = pgTable('starter_flows', {
  flowId: text().primaryKey(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

export type FlowRow = typeof flows.$inferSelect
export type NewFlow = typeof flows.$inferInsert
export type FlowVersionRow = typeof flowVersions.$inferSelect
export type FlowFileRow = typeof flowFiles.$inferSelect
export type NewFlowFile = Omit<FlowFileRow, 'createdAt'>
export type ScheduleRow = typeof schedules.$inferSelect
export type ScheduleFireRow = typeof scheduleFires.$inferSelect
export type WebhookRow = typeof webhooks.$inferSelect
