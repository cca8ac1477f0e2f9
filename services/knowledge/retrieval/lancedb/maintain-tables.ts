import type { Logger } from '#shared/logging/logger.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../../bases/base-repository.ts'
import { createSegmentRepository } from '../segments/segment-repository.ts'
import { FIELDS } from '../segments/text-features.ts'
import { tableMadeAt } from './add-batch.ts'
import type { LanceConnection, LanceModule, LanceTable } from './lance-module.ts'
import { createLanceRepository } from './lance-repository.ts'
import { oneOf } from './lance-views.ts'

export interface MaintainTablesDependencies {
  database: Database
  module: LanceModule
  connection: LanceConnection
  logger: Logger
  /** Rows from which on vectors get an index of their own; below, each is compared. */
  vectorIndexRowsMin?: number
  /** A table is looked at again after this long. */
  tableRestSeconds?: number
}

interface ClaimedTable {
  name: string
  baseId: string
  dimensions: number
}

const REST_SECONDS = 20
/** Versions of a table that no reader can still be at; a reader that is has to open it anew. */
const VERSIONS_KEPT_MS = 600_000
const VECTOR_INDEX_ROWS_MIN = 50_000
/** Rows in one cell of the vector index, about. */
const CELL_ROWS = 320
/** Dead rows that are deleted by one statement. */
const DELETED_AT_ONCE = 5_000

const BATCH_SECONDS_MAX = 3_600
const BUILDING_SECONDS_MAX = 600
/** A process that slept since it recorded a batch may wake and add its rows; so long a batch that was given up is remembered. */
const REMEMBERED_SECONDS = 86_400
const TABLE_AGE_MS_MIN = 3_600_000
const NAMES_AT_ONCE = 500

/** Deletes dead rows, compacts and indexes what was added, in the tables that nobody looked at for a while. */
export const maintainTables = async (dependencies: MaintainTablesDependencies, signal: AbortSignal): Promise<void> => {
  const { database, tableRestSeconds = REST_SECONDS } = dependencies
  const claimed = await createLanceRepository(database).claimTables(tableRestSeconds)
  for (const table of claimed) {
    if (signal.aborted) return
    await maintainTable(dependencies, table).catch((error: unknown) => {
      // Another process changed or replaced it meanwhile: its turn comes again.
      dependencies.logger.warn({ baseId: table.baseId, err: error }, 'index table left as it is')
    })
  }
}

const maintainTable = async (dependencies: MaintainTablesDependencies, table: ClaimedTable): Promise<void> => {
  const { connection, database, logger } = dependencies
  // In this order: a chunk that is dead by now stands in the version that is opened after, so its row is deleted before its tombstone is forgotten.
  const dead = await createLanceRepository(database).deadOf(table.baseId)
  const rows = await connection.openTable(table.name)
  try {
    const unindexed = await unindexedRows(rows)
    if (dead.length === 0 && unindexed === 0) return
    for (let start = 0; start < dead.length; start += DELETED_AT_ONCE) {
      await rows.delete(oneOf('id', dead.slice(start, start + DELETED_AT_ONCE)))
    }
    await rows.optimize({ cleanupOlderThan: new Date(Date.now() - VERSIONS_KEPT_MS) })
    await indexVectors(dependencies, rows, table)
    await announce(database, table, dead)
    logger.debug({ baseId: table.baseId, dead: dead.length, indexed: unindexed }, 'index table maintained')
  } finally {
    rows.close()
  }
}

const unindexedRows = async (rows: LanceTable): Promise<number> => {
  const stats = await Promise.all(FIELDS.map((field) => rows.indexStats(`${field}_idx`)))
  return Math.max(...stats.map((each) => each?.numUnindexedRows ?? 0))
}

const indexVectors = async (
  { module, vectorIndexRowsMin = VECTOR_INDEX_ROWS_MIN }: MaintainTablesDependencies,
  rows: LanceTable,
  { dimensions }: ClaimedTable,
): Promise<void> => {
  if (dimensions === 0) return
  const count = await rows.countRows()
  const indexes = await rows.listIndices()
  if (count < vectorIndexRowsMin || indexes.some(({ columns }) => columns.includes('vector'))) return
  await rows.createIndex('vector', {
    config: module.lance.Index.ivfPq({
      distanceType: 'cosine',
      numPartitions: Math.max(1, Math.round(count / CELL_ROWS)),
      numSubVectors: dimensions % 8 === 0 ? dimensions / 8 : 1,
    }),
  })
}

/**
 * Forgets the tombstones of rows that are deleted, in a commit of its own: processes that know of it open the table anew, and so find neither the rows
 * nor need the tombstones. A base with another table keeps them: what is dead may stand in that one too, be it the next of several or one that took this one's
 * place meanwhile.
 */
const announce = (database: Database, { baseId, name }: ClaimedTable, dead: readonly number[]): Promise<void> =>
  database.transaction(async (transaction) => {
    const seq = await createBaseRepository(transaction).advance(baseId)
    if (seq === undefined) return
    const snapshot = await createLanceRepository(transaction).snapshot(baseId)
    const isOnly = snapshot?.tables.length === 1 && snapshot.tables[0]?.name === name
    if (isOnly) await createSegmentRepository(transaction).forget(baseId, { chunkIds: dead })
  })

/** Removes the rows of batches that never came to count, and tables that no base names. */
export const sweepTables = async (dependencies: MaintainTablesDependencies, signal: AbortSignal): Promise<void> => {
  const { connection, database } = dependencies
  const manifest = createLanceRepository(database)
  const abandoned = await manifest.abandon({
    batchSeconds: BATCH_SECONDS_MAX,
    buildingSeconds: BUILDING_SECONDS_MAX,
    rememberSeconds: REMEMBERED_SECONDS,
  })
  for (const { id, table } of abandoned) {
    if (signal.aborted) return
    const rows = await connection.openTable(table)
    await rows.delete(oneOf('batch', [id]))
    rows.close()
  }
  await manifest.forgetBatches(abandoned.filter(({ forgotten }) => forgotten).map(({ id }) => id))

  const names = await connection.tableNames({ limit: NAMES_AT_ONCE })
  const old = names.filter((name) => (tableMadeAt(name) ?? Date.now()) < Date.now() - TABLE_AGE_MS_MIN)
  for (const name of await manifest.unnamed(old)) {
    if (signal.aborted) return
    await connection.dropTable(name)
  }
}
