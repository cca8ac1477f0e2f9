import type { QuantisedVector } from './quantise-vector.ts'
import {
  FORMAT_VERSION,
  HEADER_DIMENSIONS,
  HEADER_FIELDS,
  HEADER_LENGTHS,
  MAGIC,
  segmentBytes,
  sizesOf,
  vectorStride,
  viewSegment,
} from './segment-layout.ts'

/** One open segment. Its arrays are views of a mapped file: pages are read when they are touched and shared between processes. */
export interface Segment {
  /** The file, mapped. */
  readonly bytes: Uint8Array
  readonly chunkCount: number
  /** Sum of the chunks' lengths per field, in terms. */
  readonly lengths: number[]
  readonly chunkIds: Float64Array
  readonly documents: Float64Array
  readonly offsets: Uint32Array
  readonly ordinals: Uint16Array
  readonly impacts: Uint8Array
  /** Numbers in a vector; 0 when the chunks have none. */
  readonly dimensions: number
  /** Of each chunk's vector, 0 where it has none; empty when `dimensions` is 0, as `vectors` is. */
  readonly scales: Float32Array
  /** One after the other, `vectorStride(dimensions)` bytes each. */
  readonly vectors: Int8Array
  /** In the same places, what rounding left over. */
  readonly rests: Int8Array
  /** Index of a term, or -1. */
  find(termHash: number): number
}

export class SegmentUnreadableError extends Error {}

/** Opens a segment in its bytes, checking that they are one: magic, version and size. */
export const openSegment = (bytes: Uint8Array): Segment => {
  if (bytes.byteLength < HEADER_FIELDS * 8) throw new SegmentUnreadableError('shorter than a header')
  const [magic, version] = new Float64Array(bytes.buffer, bytes.byteOffset, HEADER_FIELDS)
  if (magic !== MAGIC || version !== FORMAT_VERSION) throw new SegmentUnreadableError('not a segment of this version')
  const sizes = sizesOf(bytes)
  if (segmentBytes(sizes) !== bytes.byteLength) throw new SegmentUnreadableError('its size does not match its header')
  const view = viewSegment(bytes, sizes)
  return {
    bytes,
    chunkCount: sizes.chunks,
    lengths: [...view.header.subarray(HEADER_LENGTHS, HEADER_DIMENSIONS)],
    chunkIds: view.chunkIds,
    documents: view.documents,
    offsets: view.offsets,
    ordinals: view.ordinals,
    impacts: view.impacts,
    dimensions: sizes.dimensions,
    scales: view.scales,
    vectors: view.vectors,
    rests: view.rests,
    find: (termHash) => binarySearch(view.terms, termHash),
  }
}

/** The vector of one chunk, a view; undefined where it has none. */
export const vectorAt = (segment: Segment, ordinal: number): QuantisedVector | undefined => {
  const scale = segment.scales[ordinal] ?? 0
  if (scale === 0) return undefined
  const start = ordinal * vectorStride(segment.dimensions)
  const end = start + segment.dimensions
  return { scale, values: segment.vectors.subarray(start, end), rests: segment.rests.subarray(start, end) }
}

const binarySearch = (sorted: Float64Array, wanted: number): number => {
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const value = sorted[middle] ?? 0
    if (value === wanted) return middle
    if (value < wanted) low = middle + 1
    else high = middle - 1
  }
  return -1
}
