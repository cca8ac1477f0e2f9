/**
 * One segment file, little-endian, written once and never changed:
 *
 * ```
 *   header      10 x f64  magic, version, chunks, terms, postings, length of each field in terms (words, pairs, grams), dimensions, 0
 *   chunkIds    f64 x chunks
 *   documents   f64 x chunks          number of the chunk's document
 *   terms       f64 x terms           53-bit hashes, ascending
 *   offsets     u32 x (terms + 1)     where a term's postings begin
 *   ordinals    u16 x postings        which chunk of this file
 *   impacts     u8 x postings         BM25 impact in steps of IMPACT_STEP
 *   (zeros up to a multiple of 8)
 *   scales      f32 x chunks          of a chunk's vector; 0 where it has none. Absent where dimensions is 0, as is what follows
 *   vectors     i8 x (chunks x stride) see quantise-vector.ts; stride is dimensions up to a multiple of 16
 *   rests       i8 x (chunks x stride) what rounding left over
 * ```
 *
 * Arrays stand in order of their element size, so each is aligned and can be viewed in a mapped file without copying. Vectors stand last: a file
 * with other vectors is the same up to them.
 */
export const MAGIC = 0x4f_52_52_45_52_59 // "ORRERY"
/** Raised too when text-features.ts or term-hash.ts finds other terms: files of an older version are derived anew at the next question. */
export const FORMAT_VERSION = 6
export const HEADER_FIELDS = 10
const HEADER_BYTES = HEADER_FIELDS * 8
/** Places in the header: the lengths of the fields, and `dimensions` behind them. */
export const HEADER_LENGTHS = 5
export const HEADER_DIMENSIONS = 8

/** Ordinals are 16 bits wide. */
export const SEGMENT_CHUNKS_MAX = 65_536

/** Numbers of a vector that are multiplied at once, see vector-kernel.ts. */
const VECTOR_STEP = 16

export interface SegmentSizes {
  chunks: number
  terms: number
  postings: number
  /** Numbers in a vector; 0 where the chunks have none. */
  dimensions: number
}

/** What a segment's header says of its arrays. */
export const sizesOf = (bytes: Uint8Array): SegmentSizes => {
  const header = new Float64Array(bytes.buffer, bytes.byteOffset, HEADER_FIELDS)
  const [, , chunks = 0, terms = 0, postings = 0] = header
  return { chunks, terms, postings, dimensions: header[HEADER_DIMENSIONS] ?? 0 }
}

/** Bytes of a vector in a file: its numbers, then zeros. */
export const vectorStride = (dimensions: number): number => roundUp(dimensions, VECTOR_STEP)

/** Bytes before the vectors. */
export const lexicalBytes = ({ chunks, terms, postings }: SegmentSizes): number =>
  roundUp(HEADER_BYTES + chunks * 16 + terms * 8 + (terms + 1) * 4 + postings * 3, 8)

export const segmentBytes = (sizes: SegmentSizes): number =>
  lexicalBytes(sizes) + (sizes.dimensions === 0 ? 0 : sizes.chunks * (4 + 2 * vectorStride(sizes.dimensions)))

/** Views of a segment's arrays in its bytes. `bytes.byteOffset` must be a multiple of 8. */
export const viewSegment = (bytes: Uint8Array, sizes: SegmentSizes) => {
  const { chunks, terms, postings, dimensions } = sizes
  const { buffer } = bytes
  let at = bytes.byteOffset
  const take = (size: number) => {
    const start = at
    at += size
    return start
  }
  const lexical = {
    header: new Float64Array(buffer, take(HEADER_BYTES), HEADER_FIELDS),
    chunkIds: new Float64Array(buffer, take(chunks * 8), chunks),
    documents: new Float64Array(buffer, take(chunks * 8), chunks),
    terms: new Float64Array(buffer, take(terms * 8), terms),
    offsets: new Uint32Array(buffer, take((terms + 1) * 4), terms + 1),
    ordinals: new Uint16Array(buffer, take(postings * 2), postings),
    impacts: new Uint8Array(buffer, take(postings), postings),
  }
  at = bytes.byteOffset + lexicalBytes(sizes)
  const vectorCount = dimensions === 0 ? 0 : chunks
  const vectorBytes = vectorCount * vectorStride(dimensions)
  return {
    ...lexical,
    scales: new Float32Array(buffer, take(vectorCount * 4), vectorCount),
    vectors: new Int8Array(buffer, take(vectorBytes), vectorBytes),
    rests: new Int8Array(buffer, take(vectorBytes), vectorBytes),
  }
}

const roundUp = (size: number, to: number): number => Math.ceil(size / to) * to
