import type { Segment } from './segment.ts'
import { vectorStride } from './segment-layout.ts'
import { createVectorKernel, ROWS_AT_ONCE, type VectorKernel } from './vector-kernel.ts'

/** A page of WebAssembly's memory. */
const BLOCK_BYTES = 65_536
/** Longest vector that is searched: four rows of it fill half a block, and the products of DIMENSIONS_MAX numbers fit into 32 bits. */
export const DIMENSIONS_MAX = 8_192
/** The question's numbers lie in -QUESTION_MAX..QUESTION_MAX: QUESTION_MAX * 127 * DIMENSIONS_MAX is below 2^31. */
export const QUESTION_MAX = 2_047

/** Vectors that one process keeps in memory for its searches: 700,000 of 384 numbers. What does not fit is copied anew by each search. */
export const VECTOR_MEMORY_BYTES_MAX = 268_435_456
/** Nobody searched for so long: the memory is given back, and filled again by the next search. */
const IDLE_MS_MAX = 600_000

/** Places in the memory: the question, then sums, on the first page; a block for vectors that find no room; then blocks that are kept. */
const QUESTION_AT = 0
const SUMS_AT = BLOCK_BYTES / 2
/** Vectors of the shortest kind, 16 bytes, in a block. */
const SUMS_MAX = BLOCK_BYTES / 16
const PASSING_BLOCK = 1
const FIRST_KEPT_BLOCK = 2
/** Behind the last block: the kernel looks PREFETCH_BYTES ahead. */
const GUARD_BLOCKS = 1

/** The memory grows by so many blocks at least; what is not written to yet takes no room. */
const GROWTH_BLOCKS = 64

interface Kept {
  /** Numbers of blocks, in order of their vectors. */
  blocks: number[]
  /** The search that used them last. */
  usedBy: number
}

/** A run of chunks whose products lie in `sums`, valid until the next `scan`. */
export interface ScannedBlock {
  /** Ordinal of the first one. */
  first: number
  count: number
  /** Of the question's numbers and the vectors' bytes; the first `count` count. */
  sums: Int32Array
}

/**
 * Vectors of the segments that this process searches, in the memory of a WebAssembly module, where alone its instructions reach: a copy of what the
 * mapped files hold, in blocks of 64 KiB. Those that were not searched for longest make room.
 */
export const createVectorMemory = (bytesMax = VECTOR_MEMORY_BYTES_MAX) => {
  const blocksMax = Math.max(FIRST_KEPT_BLOCK, Math.floor(bytesMax / BLOCK_BYTES) - GUARD_BLOCKS)
  let opened: { memory: WebAssembly.Memory; scan: VectorKernel } | undefined
  let free: number[] = []
  let kept = new Map<WeakRef<Segment>, Kept>()
  let keptOf = new WeakMap<Segment, WeakRef<Segment>>()
  let searches = 0
  let idle: ReturnType<typeof setTimeout> | undefined

  const forget = () => {
    opened = undefined
    free = []
    kept = new Map()
    keptOf = new WeakMap()
  }
  const open = () => {
    if (opened) return opened
    const memory = new WebAssembly.Memory({
      initial: FIRST_KEPT_BLOCK + GUARD_BLOCKS,
      maximum: blocksMax + GUARD_BLOCKS,
    })
    opened = { memory, scan: createVectorKernel(memory) }
    return opened
  }
  const grow = (blocks: number): void => {
    const { memory } = open()
    const has = memory.buffer.byteLength / BLOCK_BYTES - GUARD_BLOCKS
    const more = Math.min(Math.max(blocks, GROWTH_BLOCKS), blocksMax - has)
    if (more <= 0) return
    memory.grow(more)
    for (let block = 0; block < more; block++) free.push(has + block)
  }
  const drop = (reference: WeakRef<Segment>): void => {
    free.push(...(kept.get(reference)?.blocks ?? []))
    kept.delete(reference)
    const segment = reference.deref()
    if (segment) keptOf.delete(segment)
  }
  /** Blocks of a segment that this process searches no more count as free. */
  const dropGone = () => {
    for (const reference of kept.keys()) if (!reference.deref()) drop(reference)
  }
  /** As many free blocks as asked, at the cost of what no running search uses; undefined when there are not so many. */
  const take = (count: number, search: number): number[] | undefined => {
    if (count > blocksMax - FIRST_KEPT_BLOCK) return undefined
    if (free.length < count) dropGone()
    if (free.length < count) grow(count - free.length)
    for (const [reference, { usedBy }] of kept) {
      if (free.length >= count || usedBy >= search) break
      drop(reference)
    }
    return free.length < count ? undefined : free.splice(0, count)
  }
  const copy = (segment: Segment, block: number, { first, count }: { first: number; count: number }) => {
    const stride = vectorStride(segment.dimensions)
    const part = segment.vectors.subarray(first * stride, (first + count) * stride)
    new Int8Array(open().memory.buffer, block * BLOCK_BYTES, part.length).set(part)
  }

  /** The blocks that hold a segment's vectors, copied into them if they were not; undefined when there is no room. */
  const keep = (segment: Segment, search: number): number[] | undefined => {
    const known = keptOf.get(segment)
    const entry = known && kept.get(known)
    if (known && entry) {
      kept.delete(known)
      kept.set(known, { ...entry, usedBy: search })
      return entry.blocks
    }
    const runs = runsOf(segment)
    const blocks = take(runs.length, search)
    if (!blocks) return undefined
    for (const [at, run] of runs.entries()) copy(segment, blocks[at] as number, run)
    const reference = new WeakRef(segment)
    keptOf.set(segment, reference)
    kept.set(reference, { blocks, usedBy: search })
    return blocks
  }

  return {
    /** A number for a search that begins: what it used is not thrown out before it ends. */
    begin(): number {
      clearTimeout(idle)
      idle = setTimeout(forget, IDLE_MS_MAX)
      idle.unref()
      searches += 1
      return searches
    },

    /**
     * Multiplies a question with the vectors of a segment, a block at a time.
     * @param question `vectorStride(segment.dimensions)` whole numbers of at most QUESTION_MAX
     * @param wants whether a run of chunks is worth it
     */
    *scan(
      segment: Segment,
      query: { question: Int16Array; search: number; wants: (first: number, count: number) => boolean },
    ): Generator<ScannedBlock> {
      const blocks = keep(segment, query.search)
      const { memory, scan } = open()
      const stride = vectorStride(segment.dimensions)
      new Int16Array(memory.buffer, QUESTION_AT, stride).set(query.question)
      const sums = new Int32Array(memory.buffer, SUMS_AT, SUMS_MAX)
      for (const [at, { first, count }] of runsOf(segment).entries()) {
        if (!query.wants(first, count)) continue
        if (!blocks) copy(segment, PASSING_BLOCK, { first, count })
        const rows = Math.ceil(count / ROWS_AT_ONCE) * ROWS_AT_ONCE
        scan(QUESTION_AT, (blocks?.[at] ?? PASSING_BLOCK) * BLOCK_BYTES, rows, stride, SUMS_AT)
        yield { first, count, sums }
      }
    },

    /** Size of the memory now. */
    get bytes() {
      return opened?.memory.buffer.byteLength ?? 0
    },
    forget,
  }
}

export type VectorMemory = ReturnType<typeof createVectorMemory>

/** The runs of a segment's chunks that fill a block each. */
const runsOf = ({ chunkCount, dimensions }: Segment): { first: number; count: number }[] => {
  const rows = Math.floor(BLOCK_BYTES / vectorStride(dimensions) / ROWS_AT_ONCE) * ROWS_AT_ONCE
  return Array.from({ length: Math.ceil(chunkCount / rows) }, (_, number) => ({
    first: number * rows,
    count: Math.min(rows, chunkCount - number * rows),
  }))
}
