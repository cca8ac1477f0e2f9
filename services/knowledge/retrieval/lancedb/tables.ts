import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'
import { knowledgeBases } from '../../tables.ts'

/** Tables of the `lancedb` index that a base names. A table that no row names is dropped. */
export const knowledgeLanceTables = pgTable(
  'knowledge_lance_tables',
  {
    /** Name of the table in LanceDB. */
    name: text().primaryKey(),
    baseId: text()
      .notNull()
      .references(() => knowledgeBases.id, { onDelete: 'cascade' }),
    /** Numbers in each of its vectors; 0 for chunks without. */
    dimensions: integer().notNull(),
    /** `building`: being filled by one process, unseen by searches and writers. `live`: its rows count. */
    state: text({ enum: ['building', 'live'] }).notNull(),
    /** When a process last began to compact and index it, so that two do not at once. */
    maintainedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('knowledge_lance_tables_live').on(table.baseId, table.dimensions).where(sql`state = 'live'`),
    index('knowledge_lance_tables_by_base').on(table.baseId),
  ],
)

/** Batches of rows that were or are being added to a table of the `lancedb` index. Rows of a batch without a `seq` do not count. */
export const knowledgeLanceBatches = pgTable(
  'knowledge_lance_batches',
  {
    /** Id of its first chunk, which no other batch holds. */
    id: bigint({ mode: 'number' }).primaryKey(),
    tableName: text()
      .notNull()
      .references(() => knowledgeLanceTables.name, { onDelete: 'cascade' }),
    /** The base's `seq` of the commit that made it count; null before. */
    seq: bigint({ mode: 'number' }),
    /** Given up by the sweep: it can not be made to count any more. */
    abandoned: boolean().notNull().default(false),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('knowledge_lance_batches_by_table').on(table.tableName)],
)
