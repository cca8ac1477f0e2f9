import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  boolean,
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
import { bytea } from '#shared/postgres/bytea.ts'
import type { RetrievalSettings } from './bases/retrieval-settings.ts'
import { DOCUMENT_STATES } from './documents/document-state.ts'
import { DEFAULT_STEMMING, STEMMING_LANGUAGES } from './retrieval/languages/stemming-language.ts'
import type { SplitSettings } from './splitting/split-settings.ts'

/** Engines behind `retrieval/knowledge-index.ts`. */
export const INDEX_ENGINES = ['segments', 'lancedb'] as const
export type IndexEngine = (typeof INDEX_ENGINES)[number]

/** Values of a document that a search may be narrowed by: text, numbers, yes or no, and lists of text. */
export type DocumentMetadata = Record<string, string | number | boolean | string[]>

/** Why the vectors of a base are not made yet: a code of errors.ts or of a model, a sentence, and what to do. */
export interface VectorsFailure {
  code: string
  reason: string
  remedy: string
  attempts: number
}

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
    /**
     * What most documents are written in: a BCP 47 language, `auto`, or `none`. Told to the model that reads scanned pages, and what endings of
     * words are known by.
     */
    language: text().notNull().default('auto'),
    /** By whose endings the index finds words now. While it is not what `language` says, the index is being made again, and this one answers. */
    indexedLanguage: text({ enum: STEMMING_LANGUAGES }).notNull().default(DEFAULT_STEMMING),
    engine: text({ enum: INDEX_ENGINES }).notNull().default('segments'),
    /** The engine that holds the index now. While it is not `engine`, the index is being moved, and this one answers. */
    indexedBy: text({ enum: INDEX_ENGINES }).notNull().default('segments'),
    /** Whoever moves the index has it to itself until then. */
    moveLeasedUntil: timestamp({ withTimezone: true }),
    retrieval: jsonb().$type<Partial<RetrievalSettings>>().notNull().default({}),
    /** Name of the model that reads images and scanned pages; null: they fail as "needs OCR". */
    ocrModel: text(),
    /**
     * Model whose vectors the index holds and searches by meaning use; null: none. While it is not `retrieval.embeddingModel`, a change of the
     * model is under way.
     */
    vectorModel: text(),
    /** Numbers in each of its vectors; null until the first one came. */
    vectorDimensions: integer(),
    /** Whoever changes the model has it to itself until then. */
    vectorsLeasedUntil: timestamp({ withTimezone: true }),
    /** Why the change did not come to its end the last time it was tried; null when nothing went wrong. */
    vectorsFailure: jsonb().$type<VectorsFailure>(),
    /** Whether questions that are asked of it are kept. */
    keepsQueries: boolean().notNull().default(true),
    /** Raised by every commit that changes what a search may find. Its row lock puts the commits of a base in order. */
    seq: bigint({ mode: 'number' }).notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('knowledge_bases_by_app').on(table.appId, table.id)],
)

/** Folders of a base; documents without one lie at its top. */
export const knowledgeFolders = pgTable(
  'knowledge_folders',
  {
    id: text().primaryKey(),
    baseId: text()
      .notNull()
      .references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    parentId: text().references((): AnyPgColumn => knowledgeFolders.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('knowledge_folders_by_name').on(table.baseId, sql`coalesce(${table.parentId}, '')`, table.name),
  ],
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
    folderId: text().references(() => knowledgeFolders.id, { onDelete: 'set null' }),
    tags: text().array().notNull().default([]),
    metadata: jsonb().$type<DocumentMetadata>().notNull().default({}),
    /** A disabled document keeps its chunks, but no search finds them. */
    enabled: boolean().notNull().default(true),
    /** The version whose chunks are searched; see `knowledgeDocumentVersions`. */
    version: integer().notNull().default(1),
    /** The version that is to take its place, read or failed; null when the newest is in place. */
    pendingVersion: integer(),
    /** Where a web page came from. */
    sourceUrl: text(),
    /** Pages that could not be read while the rest could. */
    failedPages: integer().notNull().default(0),
    /** When the reading that runs began; what is left is reckoned from it. */
    readingSince: timestamp({ withTimezone: true }),
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
    index('knowledge_documents_by_folder').on(table.folderId),
    // Names and addresses may be longer than what a tree takes.
    index('knowledge_documents_by_name').using('hash', table.name),
    index('knowledge_documents_by_source').using('hash', table.sourceUrl),
    index('knowledge_documents_by_tag').using('gin', table.tags),
    index('knowledge_documents_by_metadata').using('gin', table.metadata.op('jsonb_path_ops')),
    index('knowledge_documents_unfinished')
      .on(table.state, table.createdAt)
      .where(sql`state not in ('ready', 'failed')`),
  ],
)

/** What a document was and is: one row for each content it ever had. */
export const knowledgeDocumentVersions = pgTable(
  'knowledge_document_versions',
  {
    documentId: text()
      .notNull()
      .references(() => knowledgeDocuments.id, { onDelete: 'cascade' }),
    /** 1, 2, … */
    version: integer().notNull(),
    name: text().notNull(),
    mediaType: text().notNull(),
    /** Name of the stored file in the object store. */
    contentHash: text().notNull(),
    sizeBytes: bigint({ mode: 'number' }).notNull(),
    pageCount: integer(),
    chunkCount: integer().notNull().default(0),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.documentId, table.version] }),
    index('knowledge_document_versions_by_object').on(table.contentHash),
  ],
)

/** Pages of a document that need to be told of: those that failed, and the text of those that a capability was paid to read. */
export const knowledgePages = pgTable(
  'knowledge_pages',
  {
    documentId: text()
      .notNull()
      .references(() => knowledgeDocuments.id, { onDelete: 'cascade' }),
    /** Content that the page belongs to; a page of an older version is no page of the newer one. */
    contentHash: text().notNull(),
    /** 1-based. */
    page: integer().notNull(),
    /** `queued`: it failed or was read, and is to be read again. */
    state: text({ enum: ['read', 'failed', 'queued'] }).notNull(),
    /** What was read from it where reading it again would cost a model call; null otherwise. */
    text: text(),
    failureCode: text(),
    failureReason: text(),
    failureRemedy: text(),
    attempts: integer().notNull().default(1),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.contentHash, table.page] })],
)

/** Ids of chunks are drawn before their index file is written, so they come from a sequence of their own. */
export const knowledgeChunkIds = pgSequence('knowledge_chunk_ids')

export const CHUNK_ORIGINS = ['document', 'added', 'edited'] as const

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
    /** A disabled chunk keeps its row, but no search finds it. */
    enabled: boolean().notNull().default(true),
    /** Who made it: the chunker, a person who added it, or a person who changed what the chunker made. */
    origin: text({ enum: CHUNK_ORIGINS }).notNull().default('document'),
    /** SHA-256 in hex of the text it is found by (`indexedText`): chunks of two versions are compared, and vectors kept, by it. */
    textHash: text().notNull().default(''),
    /** Of an edited chunk: the text hash of what the chunker had made, so that it is known again when the document is read again. */
    sourceHash: text(),
  },
  (table) => [
    index('knowledge_chunks_by_base').on(table.baseId, table.id),
    index('knowledge_chunks_by_text').on(table.baseId, table.textHash),
    uniqueIndex('knowledge_chunks_by_key').on(table.documentId, table.key),
  ],
)

/**
 * Vectors of texts, by model: stored as they arrive, so that neither a worker's death nor a new version of a document asks a model twice.
 * Rows whose text no chunk holds any more are swept.
 */
export const knowledgeEmbeddings = pgTable(
  'knowledge_embeddings',
  {
    baseId: text()
      .notNull()
      .references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    /** Name of the embedding model, as the base names it. */
    model: text().notNull(),
    textHash: text().notNull(),
    /** Numbers of the vector, 32-bit floats, little-endian, of length 1 together. */
    vector: bytea().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.baseId, table.model, table.textHash] })],
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

/** Questions that were asked, newest first: what people look for, and whether they find it. */
export const knowledgeQueries = pgTable(
  'knowledge_queries',
  {
    /** UUIDv7. */
    id: text().primaryKey(),
    appId: text().notNull(),
    baseIds: text().array().notNull(),
    question: text().notNull(),
    /** Where it came from: `api`, `wire`, `hit-test`. */
    source: text().notNull(),
    /** The settings that answered it. */
    settings: jsonb().$type<Record<string, unknown>>().notNull(),
    /** Best first. */
    hits: jsonb().$type<{ documentId: string; chunkId: string; score: number }[]>().notNull(),
    tookMs: doublePrecision().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('knowledge_queries_by_app').on(table.appId, table.id),
    index('knowledge_queries_by_base').using('gin', table.baseIds),
    index('knowledge_queries_by_age').on(table.createdAt),
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
