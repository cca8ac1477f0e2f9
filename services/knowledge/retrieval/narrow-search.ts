import type { DocumentFilter } from './document-filter.ts'
import type { DocumentFilterRepository } from './document-filter-repository.ts'
import type { IndexHit } from './knowledge-index.ts'

/** How a search is asked for: without numbers it looks at all documents. */
export interface NarrowedAsk {
  limit: number
  documentNumbers?: ReadonlySet<number>
}

/** The documents that a filter lets through, as the searches of one question use them. */
export interface Narrowing {
  /** No document passes, so nothing need be asked. */
  isEmpty: boolean
  /** The best hits of the documents that pass: exactly those that a search of only these documents gives. */
  search(ask: (how: NarrowedAsk) => Promise<IndexHit[]>, limit: number): Promise<IndexHit[]>
}

export interface NarrowedDocuments {
  baseIds: readonly string[]
  filter: DocumentFilter
  /** FEW_DOCUMENTS_MAX unless told otherwise. */
  fewMax?: number
}

/** Up to so many documents are told to the index; of more, only those of the hits are looked at first. */
export const FEW_DOCUMENTS_MAX = 1_000
/** Times as many hits as are wanted that are looked through, one after the other, until enough of them pass. */
const WIDENINGS = [8, 24, 64]
/** What a try has to promise: hits that pass are seldom spread evenly. */
const MARGIN = 0.7

/**
 * Decides how a filter is applied. To tell an index every document that passes costs time for each of them; where most pass it is far less to search without the filter and to
 * ask of the hits which ones pass. Since a filter changes no score, the first of those are the hits that a search of only these documents gives: when enough
 * of them pass, or when there are no more hits. Else the index is told after all.
 */
export const narrowSearch = async (
  filters: DocumentFilterRepository,
  { baseIds, filter, fewMax = FEW_DOCUMENTS_MAX }: NarrowedDocuments,
): Promise<Narrowing> => {
  const first = await filters.fewNumbersOf(baseIds, filter, fewMax)
  let all: Promise<ReadonlySet<number>> | undefined = first.numbers && Promise.resolve(first.numbers)
  const numbers = () => {
    all ??= filters.numbersOf(baseIds, filter)
    return all
  }
  const known = new Map<number, boolean>()
  const passing = async (hits: readonly IndexHit[]): Promise<IndexHit[]> => {
    const asked = hits.map(({ chunkId }) => chunkId).filter((chunkId) => !known.has(chunkId))
    const passed = await filters.passingChunks(asked, baseIds, filter)
    for (const chunkId of asked) known.set(chunkId, passed.has(chunkId))
    return hits.filter(({ chunkId }) => known.get(chunkId))
  }

  return {
    isEmpty: first.numbers?.size === 0,
    async search(ask, limit) {
      let share = 1
      for (const widening of first.isRanked && !all ? WIDENINGS : []) {
        if (share * widening < MARGIN) continue
        const hits = await ask({ limit: limit * widening })
        const passed = await passing(hits)
        if (passed.length >= limit || hits.length < limit * widening) return passed.slice(0, limit)
        share = passed.length / hits.length
      }
      return ask({ limit, documentNumbers: await numbers() })
    },
  }
}
