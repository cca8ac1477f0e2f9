import { FORMAT_VERSION, HEADER_FIELDS, MAGIC, segmentBytes, viewSegment } from './segment-layout.ts'

/** One open segment. Its arrays are views of a mapped file: pages are read when they are touched and shared between processes. */
export interface Segment {
  readonly chunkCount: number
  readonly chunkIds: Float64Array
  readonly documents: Float64Array
  readonly offsets: Uint32Array
  readonly ordinals: Uint16Array
  readonly impacts: Uint8Array
  /** Index of a term, or -1. */
  find(termHash: number): number
}

export class SegmentUnreadableError extends Error {}

/** Opens a segment in its bytes, checking that they are one: magic, version and size. */
export const openSegment = (bytes: Uint8Array): Segment => {
  if (bytes.byteLength < HEADER_FIELDS * 8) throw new SegmentUnreadableError('shorter than a header')
  const [magic, version, chunks = 0, terms = 0, postings = 0] = new Float64Array(
    bytes.buffer,
    bytes.byteOffset,
    HEADER_FIELDS,
  )
  if (magic !== MAGIC || version !== FORMAT_VERSION) throw new SegmentUnreadableError('not a segment of this version')
  const sizes = { chunks, terms, postings }
  if (segmentBytes(sizes) !== bytes.byteLength) throw new SegmentUnreadableError('its size does not match its header')
  const view = viewSegment(bytes, sizes)
  return {
    chunkCount: chunks,
    chunkIds: view.chunkIds,
    documents: view.documents,
    offsets: view.offsets,
    ordinals: view.ordinals,
    impacts: view.impacts,
    find: (termHash) => binarySearch(view.terms, termHash),
  }
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
