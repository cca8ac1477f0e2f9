import { sql } from 'drizzle-orm'
import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { DOCUMENT_STATES } from './documents/document-state.ts'
import type { SplitSettings } from './splitting/split-settings.ts'

/** A knowledge base: documents that are searched together. */
export const knowledgeBases = pgTable(
  'knowledge_bases',
  {
    /** UUIDv7, or the group id that a client of the wire chose. */
    id: text().primaryKey(),
    /** Owner. Empty for a base that belongs to no app: only root reaches it. */
    appId: text().notNull(),
    name: text().notNull(),
    description: text().notNull().default(''),
    splitting: jsonb().$type<SplitSettings>().notNull(),
    /** Raised by every commit that changes what a search may find. Its row lock puts the commits of a base in order. */
    seq: bigint({ mode: 'number' }).notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('knowledge_bases_by_app').on(table.appId, table.id)],
)

export const knowledgeDocuments = pgTable(
  'knowledge_documents',
  {
    id: text().primaryKey(),
    /** The document inside index files, where a text id would be too wide. */
    number: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    appId: text().notNull(),
    /** Null for a draft: split over the wire, but not saved into a base yet. */
    baseId: text().references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    mediaType: text().notNull(),
    /** Name of the stored file in the object store; null for documents that the wire saved as chunks. */
    contentHash: text(),
    sizeBytes: bigint({ mode: 'number' }).notNull().default(0),
    state: text({ enum: DOCUMENT_STATES }).notNull(),
    /** Why it failed: a code of errors.ts, a sentence, and what to do. */
    failureCode: text(),
    failureReason: text(),
    failureRemedy: text(),
    pageCount: integer(),
    pagesRead: integer().notNull().default(0),
    chunkCount: integer().notNull().default(0),
    /** The ingestion run; null until it was queued. */
    runId: text(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('knowledge_documents_by_base').on(table.baseId, table.id),
    uniqueIndex('knowledge_documents_by_number').on(table.number),
    uniqueIndex('knowledge_documents_by_content').on(table.baseId, table.contentHash),
    index('knowledge_documents_by_object').on(table.contentHash),
    index('knowledge_documents_unfinished').on(table.state, table.createdAt).where(sql`state in ('queued', 'draft')`),
  ],
)

/** Ids of chunks are drawn before their index file is written, so they come from a sequence of their own. */
export const knowledgeChunkIds = pgSequence('knowledge_chunk_ids')

export const knowledgeChunks = pgTable(
  'knowledge_chunks',
  {
    /** Never used again after the chunk is gone. A changed chunk is a new one. */
    id: bigint({ mode: 'number' }).primaryKey(),
    baseId: text()
      .notNull()
      .references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    documentId: text()
      .notNull()
      .references(() => knowledgeDocuments.id, { onDelete: 'cascade' }),
    /** The chunk as its document and the wire know it (`dataIndex`, `chunkId`): unique in the document, kept when it changes. */
    key: text().notNull(),
    /** Order in the document. */
    position: doublePrecision().notNull(),
    title: text().notNull().default(''),
    content: text().notNull(),
    /** Wider text to show a model instead of the content; null when it is the same. */
    context: text(),
    /** First and last page the content comes from; null where there are no pages. */
    page: integer(),
    pageEnd: integer(),
    /** The base's `seq` of the commit that added it. */
    seq: bigint({ mode: 'number' }).notNull(),
    /** The wire's images and tables by placeholder. */
    references: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index('knowledge_chunks_by_base').on(table.baseId, table.id),
    uniqueIndex('knowledge_chunks_by_key').on(table.documentId, table.key),
  ],
)

/** Manifest of the `segments` index: a file counts from the moment its row is committed. */
export const knowledgeSegments = pgTable(
  'knowledge_segments',
  {
    baseId: text()
      .notNull()
      .references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    /** Name of the file: SHA-256 of its content, so that a torn file is told from a whole one. */
    hash: text().notNull(),
    chunkCount: integer().notNull(),
    sizeBytes: bigint({ mode: 'number' }).notNull(),
    /** Sum of the chunks' lengths per field, in terms. */
    lengths: jsonb().$type<number[]>().notNull(),
    /** The base's `seq` of the commit that added it. */
    seq: bigint({ mode: 'number' }).notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.baseId, table.hash] }), index('knowledge_segments_by_hash').on(table.hash)],
)

/** Chunks that are gone but still stand in an index file. Removed by the merge that drops them. */
export const knowledgeTombstones = pgTable(
  'knowledge_tombstones',
  {
    baseId: text()
      .notNull()
      .references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    chunkId: bigint({ mode: 'number' }).notNull(),
    seq: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.baseId, table.chunkId] }),
    index('knowledge_tombstones_by_seq').on(table.baseId, table.seq),
  ],
)

/** Starters that were once created. What a user deletes is not created again. */
export const knowledgeStarters = pgTable('knowledge_starters', {
  name: text().primaryKey(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

export type BaseRow = typeof knowledgeBases.$inferSelect
export type DocumentRow = typeof knowledgeDocuments.$inferSelect
export type ChunkRow = typeof knowledgeChunks.$inferSelect
export type SegmentRow = typeof knowledgeSegments.$inferSelect
