import { IndexMovedError } from '../../errors.ts'
import type { StemmingLanguage } from '../languages/stemming-language.ts'
import type { LanceConnection, LanceTable } from './lance-module.ts'
import type { LanceRepository } from './lance-repository.ts'

/** A table at the version that a view stands on. */
export interface ViewedTable {
  name: string
  dimensions: number
  rows: LanceTable
  /** Condition that leaves out rows which do not count; undefined when all do. */
  counts: string | undefined
}

/** One base as of one commit. Never changed, only replaced. */
export interface LanceView {
  seq: number
  language: StemmingLanguage
  vectorModel: string | null
  tables: ViewedTable[]
  /** Rows in the tables, those that do not count among them. */
  rowCount: number
}

/** A table that a base names cannot be opened: it was lost, or replaced a moment ago. */
export class TableLostError extends Error {}

/** Bases whose tables stay open in this process; the one that was not asked for longest is closed first. */
const BASES_OPEN_MAX = 256
/** A table may be replaced while it is being opened; more than once in a row it is not. */
const OPENINGS_MAX = 3

/**
 * Keeps views of the bases this process searches. LanceDB's own commits know nothing of those in PostgreSQL, so a view is made in this order: the
 * manifest as of a commit; the tables at their newest version, in which the rows of that commit and of all before it stand; the batches that
 * did not count at that commit, with all of which the version may hold rows. What is left is exactly the commit.
 */
export const createLanceViews = (dependencies: {
  manifest: LanceRepository
  connect: () => Promise<LanceConnection>
}) => {
  const { manifest, connect } = dependencies
  const views = new Map<string, LanceView>()

  const open = async (baseId: string): Promise<LanceView | undefined> => {
    const snapshot = await manifest.snapshot(baseId)
    if (!snapshot) return undefined
    if (snapshot.indexedBy !== 'lancedb') throw new IndexMovedError(baseId)
    const connection = await connect()
    const opened = await Promise.all(
      snapshot.tables.map(async (facts) => {
        const rows = await openRows(connection, facts.name)
        return { ...facts, rows, rowCount: await rows.countRows() }
      }),
    )
    const names = snapshot.tables.map(({ name }) => name)
    const uncounted = await manifest.uncounted(names, snapshot.seq)
    return {
      seq: snapshot.seq,
      language: snapshot.language,
      vectorModel: snapshot.vectorModel,
      rowCount: opened.reduce((sum, { rowCount }) => sum + rowCount, 0),
      tables: opened.map(({ name, dimensions, rows }) => ({
        name,
        dimensions,
        rows,
        counts: allOf(noneOf('batch', uncounted.get(name) ?? []), noneOf('id', snapshot.dead)),
      })),
    }
  }

  const renew = async (baseId: string): Promise<LanceView | undefined> => {
    for (let opening = 1; ; opening++) {
      try {
        const view = await open(baseId)
        const newest = views.get(baseId)
        // Another query may have been faster with a later commit.
        return newest && view && newest.seq > view.seq ? newest : view
      } catch (error) {
        if (!(error instanceof TableLostError) || opening === OPENINGS_MAX) throw error
      }
    }
  }

  return {
    /** Views of those bases that exist, no older than the commits given. Throws TableLostError when a table of one cannot be opened, IndexMovedError when another engine holds one. */
    async current(sequences: ReadonlyMap<string, number>): Promise<Map<string, LanceView>> {
      const found = new Map<string, LanceView>()
      for (const [baseId, seq] of sequences) {
        const known = views.get(baseId)
        const view = known && known.seq >= seq ? known : await renew(baseId)
        views.delete(baseId)
        if (!view) continue
        views.set(baseId, view)
        found.set(baseId, view)
        const [oldest] = views.keys()
        if (views.size > BASES_OPEN_MAX && oldest !== undefined) views.delete(oldest)
      }
      return found
    },
    forget: (baseId: string) => void views.delete(baseId),
  }
}

/** Throws TableLostError. */
export const openRows = (connection: LanceConnection, name: string): Promise<LanceTable> =>
  connection.openTable(name).catch((cause: unknown) => {
    throw new TableLostError(name, { cause })
  })

/** Conditions in LanceDB's SQL; ids are numbers, so nothing needs quoting. */
export const oneOf = (column: string, numbers: Iterable<number>): string => {
  const list = [...numbers].join(',')
  return list === '' ? 'false' : `${column} IN (${list})`
}

const noneOf = (column: string, numbers: readonly number[]): string | undefined =>
  numbers.length === 0 ? undefined : `${column} NOT IN (${numbers.join(',')})`

export const allOf = (...conditions: (string | undefined)[]): string | undefined => {
  const given = conditions.filter((condition) => condition !== undefined)
  return given.length === 0 ? undefined : given.join(' AND ')
}
