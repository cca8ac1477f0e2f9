import { FIELDS } from '../segments/text-features.ts'
import { decodeTerms } from './chunk-terms.ts'
import type { LanceView, ViewedTable } from './lance-views.ts'
import { allOf } from './lance-views.ts'

/** What BM25 needs to know of a base. */
export interface BaseStatistics {
  chunks: number
  /** Average length of each field, in terms. */
  averageLengths: number[]
  /** How many chunks hold a term, by short hash. */
  holders(hash: number): number
}

/** Up to so many chunks the statistics are those of all of them, as of the commit that is searched. */
export const COUNTED_CHUNKS_MAX = 2_000
/** Of a larger base about so many chunks are looked at. */
const SAMPLED_CHUNKS = 10_000
/** The statistics of a larger base are taken again when it grew or shrank by this share. */
const DRIFT_MAX = 0.1

const NONE: BaseStatistics = { chunks: 0, averageLengths: FIELDS.map(() => 1), holders: () => 0 }

interface Counts {
  chunks: number
  lengths: number[]
  holders: Map<number, number>
}

/**
 * Keeps the statistics of bases. LanceDB does not tell how many rows hold a term, so they are counted: exactly in a small base, from a sample of a
 * larger one, where a term that the sample lacks counts as rare as it can be among what was not looked at.
 */
export const createBaseStatistics = () => {
  const known = new Map<string, { rowCount: number; seq: number; statistics: Promise<BaseStatistics> }>()

  return {
    of(baseId: string, view: LanceView): Promise<BaseStatistics> {
      const last = known.get(baseId)
      if (last && isFresh(last, view)) return last.statistics
      const statistics = take(view).catch((error: unknown) => {
        known.delete(baseId)
        throw error
      })
      known.set(baseId, { rowCount: view.rowCount, seq: view.seq, statistics })
      return statistics
    },
    forget: (baseId: string) => void known.delete(baseId),
  }
}

const isFresh = (last: { rowCount: number; seq: number }, view: LanceView): boolean =>
  last.seq === view.seq ||
  (view.rowCount > COUNTED_CHUNKS_MAX && Math.abs(view.rowCount - last.rowCount) <= DRIFT_MAX * last.rowCount)

const take = async (view: LanceView): Promise<BaseStatistics> => {
  const stride = view.rowCount <= COUNTED_CHUNKS_MAX ? 1 : Math.ceil(view.rowCount / SAMPLED_CHUNKS)
  const counts: Counts = { chunks: 0, lengths: FIELDS.map(() => 0), holders: new Map() }
  for (const table of view.tables) await count(table, stride, counts)
  if (counts.chunks === 0) return NONE
  // One chunk of a sample stands for `stride`; a term of which no second one was met is dropped, being no more than rare.
  if (stride > 1) for (const [hash, held] of counts.holders) if (held === 1) counts.holders.delete(hash)
  return {
    chunks: counts.chunks * stride,
    averageLengths: counts.lengths.map((length) => length / counts.chunks || 1),
    holders: (hash) => (counts.holders.get(hash) ?? (stride > 1 ? 0.5 : 0)) * stride,
  }
}

const count = async (table: ViewedTable, stride: number, counts: Counts): Promise<void> => {
  const condition = allOf(table.counts, stride > 1 ? `id % ${stride} = 0` : undefined)
  const query = table.rows.query().select(['terms'])
  const rows = await (condition === undefined ? query : query.where(condition)).toArrow()
  const terms = rows.getChild('terms')
  for (let row = 0; row < rows.numRows; row++) {
    const { hashes, lengths } = decodeTerms(terms?.get(row) as Uint8Array)
    counts.chunks += 1
    for (const [field, length] of lengths.entries()) counts.lengths[field] = (counts.lengths[field] ?? 0) + length
    for (const hash of hashes) counts.holders.set(hash, (counts.holders.get(hash) ?? 0) + 1)
  }
}
