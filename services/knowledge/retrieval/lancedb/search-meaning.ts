import type { IndexHit } from '../knowledge-index.ts'
import { allOf, type LanceView, oneOf, type ViewedTable } from './lance-views.ts'

export interface MeaningSearch {
  /** Of length 1. */
  vector: Float32Array
  limit: number
  documentNumbers?: ReadonlySet<number> | undefined
}

/** Cells of the vector index that are looked into, and candidates per wanted hit whose full vectors are compared: see maintain-tables.ts. */
const CELLS_SEARCHED = 20
const REFINED_PER_HIT = 10

/**
 * The chunks of several bases whose vectors point most nearly where the question's does, best first. Exact, unless a table is so large that it has
 * an index of its vectors; with a filter it is always exact.
 */
export const searchMeaning = async (
  bases: readonly { baseId: string; view: LanceView }[],
  search: MeaningSearch,
): Promise<IndexHit[]> => {
  const lists = await Promise.all(
    bases.flatMap(({ baseId, view }) =>
      view.tables
        .filter(({ dimensions }) => dimensions === search.vector.length)
        .map((table) => nearest({ baseId, table, search })),
    ),
  )
  return lists
    .flat()
    .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
    .slice(0, search.limit)
}

const nearest = async ({
  baseId,
  table,
  search,
}: {
  baseId: string
  table: ViewedTable
  search: MeaningSearch
}): Promise<IndexHit[]> => {
  const condition = allOf(table.counts, search.documentNumbers && oneOf('document', search.documentNumbers))
  const query = table.rows
    .vectorSearch(search.vector)
    .distanceType('cosine')
    .select(['id', '_distance'])
    .limit(search.limit)
  // An index gives so many neighbours and filters those, which may leave too few.
  if (search.documentNumbers) query.bypassVectorIndex()
  else query.nprobes(CELLS_SEARCHED).refineFactor(REFINED_PER_HIT)
  const rows = await (condition === undefined ? query : query.where(condition)).toArrow()
  const ids = rows.getChild('id')
  const distances = rows.getChild('_distance')
  return Array.from({ length: rows.numRows }, (_, row) => ({
    chunkId: Number(ids?.get(row)),
    baseId,
    score: 1 - Number(distances?.get(row)),
  })).filter(({ score }) => score > 0)
}
