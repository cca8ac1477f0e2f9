import type { IndexedChunk } from '../knowledge-index.ts'
import { loadLanguage } from '../languages/language-rules.ts'
import { DEFAULT_STEMMING, type StemmingLanguage } from '../languages/stemming-language.ts'
import { IMPACT_STEP, impactOf } from './bm25.ts'
import { createPostingList, type PostingList } from './posting-list.ts'
import type { QuantisedVector } from './quantise-vector.ts'
import {
  FORMAT_VERSION,
  MAGIC,
  SEGMENT_CHUNKS_MAX,
  type SegmentSizes,
  segmentBytes,
  viewSegment,
} from './segment-layout.ts'
import { FIELDS, type TextFeatures, textFeatures } from './text-features.ts'
import { writeVectors } from './write-vectors.ts'

/** Chunks and summed field lengths of what a base holds already: the averages that lengths are compared with. */
export interface CorpusLengths {
  chunks: number
  lengths: number[]
  /** By whose endings its words are found; English where it is left out. */
  language?: StemmingLanguage
}

/** A chunk to be written; the vector of one that stood in another file is copied as it stood there. */
export interface SegmentChunk extends Omit<IndexedChunk, 'vector'> {
  vector?: Float32Array | QuantisedVector | undefined
}

export interface BuiltSegment {
  bytes: Uint8Array<ArrayBuffer>
  chunkCount: number
  /** Sum of the chunks' lengths per field, in terms. */
  lengths: number[]
}

/** Splitting text costs most of the time; after this long the event loop gets its turn, so that requests and heartbeats go on. */
const TURN_MS_MAX = 10

/**
 * Writes one segment over at most SEGMENT_CHUNKS_MAX chunks. The same chunks and corpus give the same bytes.
 *
 * @param corpus what else is in the base, so that a small segment's impacts agree with its neighbours'
 */
export const buildSegment = async (
  chunks: readonly SegmentChunk[],
  corpus: CorpusLengths,
  signal?: AbortSignal,
): Promise<BuiltSegment> => {
  if (chunks.length > SEGMENT_CHUNKS_MAX) throw new RangeError(`A segment holds at most ${SEGMENT_CHUNKS_MAX} chunks.`)
  const rules = await loadLanguage(corpus.language ?? DEFAULT_STEMMING)
  const postings = createPostingList()
  const lengthsOfChunks: number[][] = []
  let turnEnds = performance.now() + TURN_MS_MAX
  for (const [ordinal, chunk] of chunks.entries()) {
    lengthsOfChunks.push(collectPostings(textFeatures(chunk.text, rules), ordinal, postings))
    if (performance.now() < turnEnds) continue
    await new Promise<void>((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    turnEnds = performance.now() + TURN_MS_MAX
  }

  const lengths = FIELDS.map((_, field) => lengthsOfChunks.reduce((sum, each) => sum + (each[field] ?? 0), 0))
  const chunkTotal = corpus.chunks + chunks.length
  const averages = lengths.map((length, field) => (length + (corpus.lengths[field] ?? 0)) / chunkTotal || 1)
  const relativeLength = (ordinal: number, field: number) =>
    (lengthsOfChunks[ordinal]?.[field] ?? 0) / (averages[field] ?? 1)
  const { bytes, sizes } = layOut(chunks, postings, { lengths, relativeLength })
  await writeVectors(bytes, sizes, { vectorOf: (ordinal) => chunks[ordinal]?.vector, signal })
  return { bytes, chunkCount: chunks.length, lengths }
}

/** Counts the terms of one chunk and returns its length per field. */
const collectPostings = (features: TextFeatures, ordinal: number, postings: PostingList): number[] =>
  FIELDS.map((name, field) => {
    const frequencies = new Map<string, number>()
    for (const term of features[name]) frequencies.set(term, (frequencies.get(term) ?? 0) + 1)
    for (const [term, frequency] of frequencies) postings.add({ ordinal, field, term, frequency })
    return features[name].length
  })

const layOut = (
  chunks: readonly SegmentChunk[],
  postings: PostingList,
  facts: { lengths: number[]; relativeLength: (ordinal: number, field: number) => number },
): { bytes: Uint8Array<ArrayBuffer>; sizes: SegmentSizes } => {
  const hashes = postings.hashes()
  const dimensions = dimensionsOf(chunks)
  const sizes = { chunks: chunks.length, terms: hashes.length, postings: postings.length, dimensions }
  const bytes = new Uint8Array(segmentBytes(sizes))
  const view = viewSegment(bytes, sizes)
  view.header.set([MAGIC, FORMAT_VERSION, sizes.chunks, sizes.terms, sizes.postings, ...facts.lengths, dimensions])
  view.chunkIds.set(chunks.map((chunk) => chunk.id))
  view.documents.set(chunks.map((chunk) => chunk.documentNumber))
  view.terms.set(hashes)
  view.terms.sort()

  // Counting sort: how many postings each term has, where its list begins, then each posting to its place.
  const rankOf = ranks(hashes, view.terms)
  for (let index = 0; index < sizes.postings; index++) {
    const next = (rankOf[postings.termAt(index)] as number) + 1
    view.offsets[next] = (view.offsets[next] as number) + 1
  }
  for (let rank = 0; rank < sizes.terms; rank++) {
    view.offsets[rank + 1] = (view.offsets[rank + 1] as number) + (view.offsets[rank] as number)
  }
  const cursors = view.offsets.slice()
  for (let index = 0; index < sizes.postings; index++) {
    const rank = rankOf[postings.termAt(index)] as number
    const at = cursors[rank] as number
    cursors[rank] = at + 1
    const ordinal = postings.ordinalAt(index)
    const impact = impactOf(postings.frequencyAt(index), facts.relativeLength(ordinal, postings.fieldAt(index)))
    view.ordinals[at] = ordinal
    view.impacts[at] = Math.max(1, Math.round(impact / IMPACT_STEP))
  }
  return { bytes, sizes }
}

/** Numbers in the chunks' vectors, which are of one length; 0 where no chunk has one. */
const dimensionsOf = (chunks: readonly SegmentChunk[]): number => {
  const vector = chunks.find((chunk) => chunk.vector)?.vector
  if (!vector) return 0
  return vector instanceof Float32Array ? vector.length : vector.values.length
}

/** Rank of each hash among the sorted ones. */
const ranks = (hashes: Float64Array, sorted: Float64Array): Uint32Array => {
  const rankOfHash = new Map<number, number>()
  for (const [rank, hash] of sorted.entries()) rankOfHash.set(hash, rank)
  return Uint32Array.from(hashes, (hash) => rankOfHash.get(hash) ?? 0)
}
