import { type QuantisedVector, quantiseVector } from './quantise-vector.ts'
import {
  HEADER_DIMENSIONS,
  lexicalBytes,
  type SegmentSizes,
  segmentBytes,
  sizesOf,
  vectorStride,
  viewSegment,
} from './segment-layout.ts'

/** A vector as a model gave it, or as it stands in another file. */
export type WrittenVector = Float32Array | QuantisedVector

export interface VectorsToWrite {
  /** Of the chunk at a place of the file; undefined where it has none. */
  vectorOf: (ordinal: number) => WrittenVector | undefined
  signal?: AbortSignal | undefined
}

/** Rounding thousands of vectors takes long; after this long the event loop gets its turn. */
const TURN_MS_MAX = 10

/** Fills the vectors of a segment, which are zeros so far. Throws RangeError for a vector of another length than `sizes` says. */
export const writeVectors = async (
  bytes: Uint8Array,
  sizes: SegmentSizes,
  { vectorOf, signal }: VectorsToWrite,
): Promise<void> => {
  const { chunks, dimensions } = sizes
  const { scales, vectors, rests } = viewSegment(bytes, sizes)
  let turnEnds = performance.now() + TURN_MS_MAX
  for (let ordinal = 0; dimensions > 0 && ordinal < chunks; ordinal++) {
    const vector = vectorOf(ordinal)
    if (!vector) continue
    const { scale, values, rests: rest } = vector instanceof Float32Array ? quantiseVector(vector) : vector
    if (values.length !== dimensions) {
      throw new RangeError(`A vector of ${values.length} numbers does not fit among vectors of ${dimensions}.`)
    }
    scales[ordinal] = scale
    vectors.set(values, ordinal * vectorStride(dimensions))
    rests.set(rest, ordinal * vectorStride(dimensions))
    if (performance.now() < turnEnds) continue
    await new Promise<void>((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    turnEnds = performance.now() + TURN_MS_MAX
  }
}

/** The same segment with other vectors: the part that words are found by is copied. */
export const withVectors = async (
  segment: Uint8Array,
  { dimensions, ...vectors }: VectorsToWrite & { dimensions: number },
): Promise<Uint8Array<ArrayBuffer>> => {
  const sizes = { ...sizesOf(segment), dimensions }
  const bytes = new Uint8Array(segmentBytes(sizes))
  bytes.set(segment.subarray(0, lexicalBytes(sizes)))
  viewSegment(bytes, sizes).header[HEADER_DIMENSIONS] = dimensions
  await writeVectors(bytes, sizes, vectors)
  return bytes
}
