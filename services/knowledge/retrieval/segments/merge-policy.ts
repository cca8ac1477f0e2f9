/** What the policy knows about one segment. */
export interface SegmentFacts {
  hash: string
  chunkCount: number
  /** Chunks in it that are gone. */
  deadCount: number
}

/** Segments of about one size are merged when there are this many: a chunk is rewritten log10 times over its life. */
export const TIER_SEGMENTS_MAX = 10
/** A merge writes at most this many chunks, so that it stays short and small in memory. */
export const MERGED_CHUNKS_MAX = 16_384
/** A segment is rewritten alone when this share of it is gone. */
export const DEAD_SHARE_MAX = 0.25

/**
 * Tiered merging (as log-structured stores do): picks segments to replace by one, or nothing. A tier holds the segments whose live chunks
 * have the same number of decimal digits.
 */
export const chooseMerge = (segments: readonly SegmentFacts[]): SegmentFacts[] => {
  const rotten = segments.find(({ chunkCount, deadCount }) => deadCount > chunkCount * DEAD_SHARE_MAX)
  if (rotten) return [rotten]
  const tiers = new Map<number, SegmentFacts[]>()
  for (const segment of segments) {
    if (liveCount(segment) * 2 > MERGED_CHUNKS_MAX) continue
    const tier = String(liveCount(segment)).length
    tiers.set(tier, [...(tiers.get(tier) ?? []), segment])
  }
  for (const [, members] of [...tiers].sort(([a], [b]) => a - b)) {
    if (members.length >= TIER_SEGMENTS_MAX) return fitting(members)
  }
  return []
}

/** The smallest ones first, as many as fit into one merged segment. */
const fitting = (segments: SegmentFacts[]): SegmentFacts[] => {
  let room = MERGED_CHUNKS_MAX
  const chosen = segments
    .toSorted((a, b) => liveCount(a) - liveCount(b))
    .filter((segment) => {
      room -= liveCount(segment)
      return room >= 0
    })
  return chosen.length > 1 ? chosen : []
}

const liveCount = ({ chunkCount, deadCount }: SegmentFacts) => chunkCount - deadCount
