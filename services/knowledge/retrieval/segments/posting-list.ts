import { hashTerm } from './term-hash.ts'

const FIRST_CAPACITY = 1 << 12
/** Frequencies are kept in 14 bits; at this height an impact is saturated anyway. */
const FREQUENCY_MAX = (1 << 14) - 1

/**
 * Postings while a segment is being built, eight bytes each: millions of them must not become millions of objects.
 * A posting is one term in one field of one chunk.
 */
export const createPostingList = () => {
  const termIndexes = new Map<number, number>()
  let terms = new Uint32Array(FIRST_CAPACITY)
  /** ordinal << 16 | frequency << 2 | field */
  let facts = new Uint32Array(FIRST_CAPACITY)
  let length = 0

  return {
    add(posting: { ordinal: number; field: number; term: string; frequency: number }) {
      if (length === terms.length) {
        terms = grown(terms)
        facts = grown(facts)
      }
      const hash = hashTerm(posting.field, posting.term)
      let index = termIndexes.get(hash)
      if (index === undefined) {
        index = termIndexes.size
        termIndexes.set(hash, index)
      }
      terms[length] = index
      facts[length] = (posting.ordinal << 16) | (Math.min(posting.frequency, FREQUENCY_MAX) << 2) | posting.field
      length += 1
    },

    get length() {
      return length
    },
    /** Distinct term hashes in order of first appearance; a posting's `term` is an index into them. */
    hashes: () => Float64Array.from(termIndexes.keys()),
    /** In the order they were added, which is ascending by ordinal. */
    termAt: (index: number) => terms[index] as number,
    ordinalAt: (index: number) => (facts[index] as number) >>> 16,
    frequencyAt: (index: number) => ((facts[index] as number) >>> 2) & FREQUENCY_MAX,
    fieldAt: (index: number) => (facts[index] as number) & 3,
  }
}

export type PostingList = ReturnType<typeof createPostingList>

const grown = (array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}
