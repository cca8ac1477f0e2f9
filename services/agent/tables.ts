import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { AgentSettings } from './agents/agent-settings.ts'
import type { MessageCall } from './conversations/read-answer.ts'
import type { Citation } from './loop/turn-events.ts'

/** Agents ("bots" on the wire), each of one app: what its owner edits. */
export const bots = pgTable(
  'bots',
  {
    appId: text().notNull(),
    botId: text().notNull(),
    /** The draft, without its model keys. */
    settings: jsonb().$type<AgentSettings>().notNull(),
    /** JSON of the model keys, sealed by the secret box; empty when there are none. */
    keysEncrypted: text().notNull().default(''),
    /** Counts the changes of the draft: who changes it may say which one was read. */
    revision: integer().notNull().default(1),
    /** The version that chats use; null until one is published. */
    publishedVersion: integer(),
    /** The revision whose content that version has; null when the draft never had it. */
    publishedRevision: integer(),
    /** The highest number that a version ever had. */
    lastVersion: integer().notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.botId] })],
)

/** What was published of agents. Never changed. */
export const botVersions = pgTable(
  'bot_versions',
  {
    appId: text().notNull(),
    botId: text().notNull(),
    number: integer().notNull(),
    settings: jsonb().$type<AgentSettings>().notNull(),
    keysEncrypted: text().notNull().default(''),
    /** What its publisher says about it. */
    note: text().notNull().default(''),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.botId, table.number] })],
)

/** Starters that were created once. A name that stands here is never created again, whatever became of the thing. */
export const agentStarters = pgTable('agent_starters', {
  name: text().primaryKey(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

/** What users and agents said to each other. */
export const conversations = pgTable(
  'conversations',
  {
    /** A UUID of version 7 without its dashes: later ones are larger. */
    id: text().primaryKey(),
    appId: text().notNull(),
    botId: text().notNull(),
    uid: text().notNull().default(''),
    title: text().notNull().default(''),
    /** `published`, `draft`, or the number of a version. */
    version: text().notNull().default('published'),
    /** The turn that is being taken; null between turns. Set and cleared under the lock of this row. */
    openRunId: text(),
    /** The number of the next message. */
    nextSequence: integer().notNull().default(0),
    /** What a model made of the messages below `summarisedBefore`, for turns to read in their place. */
    summary: text().notNull().default(''),
    summarisedBefore: integer().notNull().default(0),
    /** A summary is due or being made: nobody else makes one before this moment. Null when none is. */
    summaryDueAt: timestamp({ withTimezone: true }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** Of the last message. */
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('conversations_by_app').on(table.appId, table.uid, table.id),
    index('conversations_open').on(table.openRunId),
    index('conversations_summary').on(table.summaryDueAt),
  ],
)

/** One message of a conversation. */
export const conversationMessages = pgTable(
  'conversation_messages',
  {
    conversationId: text().notNull(),
    sequence: integer().notNull(),
    role: text().$type<'user' | 'assistant'>().notNull(),
    content: text().notNull(),
    /** What the model thought, where it shows that. */
    reasoning: text().notNull().default(''),
    /** Ids of uploaded files that came with the message. */
    fileIds: jsonb().$type<string[]>().notNull().default([]),
    /** The turn that it was asked in, or answered by. */
    runId: text().notNull(),
    /** Tools that were called for an answer. */
    calls: jsonb().$type<MessageCall[]>().notNull().default([]),
    /** The passages that an answer could rest on. */
    citations: jsonb().$type<Citation[]>().notNull().default([]),
    /** The turn whose question took the place of this one and of what followed; null for what counts. */
    replacedBy: text(),
    /** Why there is no whole answer; null when there is. */
    failure: jsonb().$type<{ code: number; message: string }>(),
    usage: jsonb().$type<{ promptTokens: number; completionTokens: number; totalTokens: number }>(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.sequence] }),
    index('conversation_messages_files').using('gin', table.fileIds),
  ],
)

/** Turns that were accepted with their message, until the journal has them: a worker that dies in between leaves them to another. */
export const acceptedTurns = pgTable('accepted_turns', {
  runId: text().primaryKey(),
  conversationId: text().notNull(),
  /** Event 0 of the turn, as JSON text. */
  started: text().notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

/** What agents remember of users beyond a conversation. */
export const memories = pgTable(
  'memories',
  {
    /** 128 bits, hexadecimal: random, or made from the call that noted the fact, so that a repeated call notes it once. */
    id: text().primaryKey(),
    appId: text().notNull(),
    botId: text().notNull(),
    uid: text().notNull(),
    text: text().notNull(),
    /** The words of the text for the search, one space between them: see memory-terms.ts. */
    terms: text().notNull(),
    /** `agent` when a tool noted it, `user` when the API did. */
    source: text().$type<'agent' | 'user'>().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('memories_of_user').on(table.appId, table.botId, table.uid, table.id)],
)

/** Files that came with messages. */
export const agentFiles = pgTable(
  'agent_files',
  {
    /** 128 random bits, hexadecimal. */
    id: text().primaryKey(),
    appId: text().notNull(),
    /** Name of the content in the object store. */
    contentHash: text().notNull(),
    /** Name of the text that was read from a document in the object store; '' for pictures. */
    textHash: text().notNull().default(''),
    /** Characters of that text. */
    textChars: integer().notNull().default(0),
    kind: text().$type<'image' | 'document'>().notNull(),
    mediaType: text().notNull(),
    sizeBytes: integer().notNull(),
    /** As its sender named it, without a path. */
    name: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('agent_files_by_content').on(table.contentHash), index('agent_files_by_text').on(table.textHash)],
)

/** Which turn an `Idempotency-Key` of the wire's custom route stands for, by app. */
export const turnKeys = pgTable(
  'turn_keys',
  {
    appId: text().notNull(),
    key: text().notNull(),
    runId: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.appId, table.key] }), index('turn_keys_by_age').on(table.createdAt)],
)

export type BotRow = typeof bots.$inferSelect
export type BotVersionRow = typeof botVersions.$inferSelect
export type ConversationRow = typeof conversations.$inferSelect
export type MessageRow = typeof conversationMessages.$inferSelect
export type NewMessage = typeof conversationMessages.$inferInsert
export type MemoryRow = typeof memories.$inferSelect
export type AgentFileRow = typeof agentFiles.$inferSelect
