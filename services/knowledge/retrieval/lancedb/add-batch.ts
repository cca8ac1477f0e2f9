import type { Database } from '#shared/postgres/connect.ts'
import { BaseNotFoundError, IndexMovedError } from '../../errors.ts'
import type { IndexedChunk, PreparedIndex } from '../knowledge-index.ts'
import { createIndexedLanguageRepository } from '../languages/indexed-language-repository.ts'
import type { LanceConnection, LanceModule, LanceTable } from './lance-module.ts'
import { createLanceRepository } from './lance-repository.ts'
import { createRowTable, type NewRows, rowsOf } from './lance-rows.ts'
import { openRows } from './lance-views.ts'

export interface AddBatchDependencies {
  database: Database
  module: LanceModule
  connection: LanceConnection
}

/** Rows that are made and added at a time: a row is some kilobytes. */
const ROWS_AT_ONCE = 4_000

/** Names tell when a table was made: the sweep leaves young ones alone. */
export const newTableName = (): string =>
  `chunks_${Date.now()}_${Bun.randomUUIDv7('hex').slice(-12).replaceAll('-', '')}`

/** Milliseconds since 1970, or undefined for a name that is not one of ours. */
export const tableMadeAt = (name: string): number | undefined => {
  const [, madeAt] = /^chunks_(\d+)_/.exec(name) ?? []
  return madeAt === undefined ? undefined : Number(madeAt)
}

/**
 * Adds chunks to the base's table as a batch that does not count yet. It is recorded before its first row is added: so whoever sees rows of it can
 * know that they do not count, and whoever sweeps can find them. Throws TableLostError when the table is named but cannot be opened.
 */
export const addBatch = async (
  dependencies: AddBatchDependencies,
  { baseId, chunks }: { baseId: string; chunks: readonly IndexedChunk[] },
  signal?: AbortSignal,
): Promise<PreparedIndex> => {
  const [first] = chunks
  if (!first) return { chunkCount: 0, publish: async () => undefined }
  const dimensions = chunks.find(({ vector }) => vector)?.vector?.length ?? 0
  const table = await liveTable(dependencies, { baseId, dimensions })
  const batch = first.id
  await createLanceRepository(dependencies.database)
    .addBatch(batch, table.name)
    .catch((cause: unknown) => {
      // Its table is gone: the index was replaced, or the base deleted.
      throw isMissingReference(cause) ? new IndexMovedError(baseId) : cause
    })
  // Asked when the table is known: had another language come meanwhile, it would have another table, and the batch were refused.
  const language = await createIndexedLanguageRepository(dependencies.database).find(baseId)
  await addRows(dependencies.module, { table: table.rows, chunks, batch, language, dimensions }, signal)
  return {
    chunkCount: chunks.length,
    async publish({ transaction, baseId: publishedIn, seq }) {
      if (!(await createLanceRepository(transaction).countBatch(batch, seq))) throw new IndexMovedError(publishedIn)
    },
  }
}

export const addRows = async (
  { arrow }: LanceModule,
  { table, ...rows }: NewRows & { table: LanceTable },
  signal?: AbortSignal,
): Promise<void> => {
  for (let start = 0; start < rows.chunks.length; start += ROWS_AT_ONCE) {
    const chunks = rows.chunks.slice(start, start + ROWS_AT_ONCE)
    await table.add(await rowsOf(arrow, { ...rows, chunks }, signal))
  }
}

/** The table that takes the base's chunks with vectors of this length; made when it is the first one. */
const liveTable = async (
  { database, module, connection }: AddBatchDependencies,
  { baseId, dimensions }: { baseId: string; dimensions: number },
): Promise<{ name: string; rows: LanceTable }> => {
  const manifest = createLanceRepository(database)
  const known = await manifest.findLive(baseId, dimensions)
  if (known !== undefined) return { name: known, rows: await openRows(connection, known) }
  const name = newTableName()
  const rows = await createRowTable(module, connection, { name, dimensions })
  const added = await manifest.addTable({ name, baseId, dimensions, state: 'live' }).catch((cause: unknown) => {
    throw isMissingReference(cause) ? new BaseNotFoundError(baseId) : cause
  })
  if (added) return { name, rows }
  await connection.dropTable(name)
  const other = await manifest.findLive(baseId, dimensions)
  if (other === undefined) throw new IndexMovedError(baseId)
  return { name: other, rows: await openRows(connection, other) }
}

/** PostgreSQL's foreign_key_violation, wherever the driver's wrapper put it. */
const isMissingReference = (error: unknown): boolean => {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && each.code === '23503') return true
  }
  return false
}
