import { bigint, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

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
    /** The run that it comes from: an execution that is repeated after a crash stores its round once. */
    runId: text().notNull(),
    rawQuestion: text().notNull(),
    rawAnswer: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('workflow_node_history_round').on(table.runId, table.nodeId),
    index('workflow_node_history_chat').on(table.flowId, table.nodeId, table.appId, table.uid, table.chatId, table.id),
  ],
)

/** Starter flows that were created once, so that a deleted one stays deleted. */
export const starterFlows = pgTable('starter_flows', {
  flowId: text().primaryKey(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

export type FlowRow = typeof flows.$inferSelect
export type NewFlow = typeof flows.$inferInsert
export type FlowVersionRow = typeof flowVersions.$inferSelect
