import type { Database } from '#shared/postgres/connect.ts'
import { IndexMovedError } from '../../errors.ts'
import { copyChunks } from '../copy-chunks.ts'
import type { IndexCommit } from '../knowledge-index.ts'
import type { StemmingLanguage } from '../languages/stemming-language.ts'
import { createSegmentRepository } from '../segments/segment-repository.ts'
import { type AddBatchDependencies, addRows, newTableName } from './add-batch.ts'
import type { LanceTable } from './lance-module.ts'
import { createLanceRepository } from './lance-repository.ts'
import { createRowTable, SETTLED_BATCH } from './lance-rows.ts'

export interface DerivedBase {
  baseId: string
  /** Model whose stored vectors it gets; undefined: the base's. */
  vectorModel?: string | null
  /** By whose endings words are to be found; undefined: as they are now. */
  language?: StemmingLanguage
  /** Runs in the commit that makes the new table count. */
  finish: (commit: IndexCommit) => Promise<void>
}

/**
 * Derives a base's table again from its chunks, beside those that answer, and puts it in their place. Batches on their way into the old tables find
 * them gone and are prepared again.
 */
export const rebuildTables = async (
  dependencies: AddBatchDependencies,
  { baseId, vectorModel, language, finish }: DerivedBase,
  signal?: AbortSignal,
): Promise<void> => {
  const { database, module, connection } = dependencies
  const manifest = createLanceRepository(database)
  let building: { name: string; rows: LanceTable; dimensions: number } | undefined
  const build = async (dimensions: number) => {
    const name = newTableName()
    // On a connection of its own: the table has to be known before it exists, even when the base is locked.
    await manifest.addTable({ name, baseId, dimensions, state: 'building' })
    building = { name, dimensions, rows: await createRowTable(module, connection, { name, dimensions }) }
    return building
  }
  await copyChunks(database, {
    baseId,
    vectorModel,
    signal,
    async write(chunks, source) {
      const { name, rows, dimensions } = building ?? (await build(source.vectorDimensions ?? 0))
      await manifest.keepBuilding(name)
      const batch = { batch: SETTLED_BATCH, language: language ?? source.language }
      await addRows(module, { table: rows, chunks, ...batch, dimensions }, signal)
    },
    async finish(commit, strays) {
      await settle(commit, strays, building?.name)
      await finish(commit)
    },
  })
}

const settle = async ({ transaction, baseId, seq }: IndexCommit, strays: readonly number[], name?: string) => {
  const manifest = createLanceRepository(transaction)
  if (name === undefined) await manifest.forgetTables(baseId)
  else if (!(await manifest.makeLive(baseId, name))) throw new IndexMovedError(baseId)
  const tombstones = createSegmentRepository(transaction)
  await tombstones.forget(baseId, { seqMax: seq })
  await tombstones.bury(baseId, seq, strays)
}

/** Forgets the tables of a base that another engine takes over; the sweep drops them. */
export const forgetTables = (database: Database, baseId: string): Promise<void> =>
  createLanceRepository(database).forgetTables(baseId)
