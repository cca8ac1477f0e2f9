/**
 * One segment file, little-endian, written once and never changed:
 *
 * ```
 *   header      8 x f64   magic, version, chunks, terms, postings, length of each field in terms (words, pairs, grams)
 *   chunkIds    f64 x chunks
 *   documents   f64 x chunks          number of the chunk's document
 *   terms       f64 x terms           53-bit hashes, ascending
 *   offsets     u32 x (terms + 1)     where a term's postings begin
 *   ordinals    u16 x postings        which chunk of this file
 *   impacts     u8 x postings         BM25 impact in steps of IMPACT_STEP
 * ```
 *
 * Arrays stand in order of their element size, so each is aligned and can be viewed in a mapped file without copying.
 */
export const MAGIC = 0x4f_52_52_45_52_59 // "ORRERY"
/** Raised too when text-features.ts or term-hash.ts finds other terms: files of an older version are derived anew at the next question. */
export const FORMAT_VERSION = 1
export const HEADER_FIELDS = 8
const HEADER_BYTES = HEADER_FIELDS * 8

/** Ordinals are 16 bits wide. */
export const SEGMENT_CHUNKS_MAX = 65_536

export interface SegmentSizes {
  chunks: number
  terms: number
  postings: number
}

export const segmentBytes = ({ chunks, terms, postings }: SegmentSizes): number =>
  HEADER_BYTES + chunks * 16 + terms * 8 + (terms + 1) * 4 + postings * 3

/** Views of a segment's arrays in its bytes. `bytes.byteOffset` must be a multiple of 8. */
export const viewSegment = (bytes: Uint8Array, { chunks, terms, postings }: SegmentSizes) => {
  const { buffer } = bytes
  let at = bytes.byteOffset
  const take = (size: number) => {
    const start = at
    at += size
    return start
  }
  return {
    header: new Float64Array(buffer, take(HEADER_BYTES), HEADER_FIELDS),
    chunkIds: new Float64Array(buffer, take(chunks * 8), chunks),
    documents: new Float64Array(buffer, take(chunks * 8), chunks),
    terms: new Float64Array(buffer, take(terms * 8), terms),
    offsets: new Uint32Array(buffer, take((terms + 1) * 4), terms + 1),
    ordinals: new Uint16Array(buffer, take(postings * 2), postings),
    impacts: new Uint8Array(buffer, take(postings), postings),
  }
}
