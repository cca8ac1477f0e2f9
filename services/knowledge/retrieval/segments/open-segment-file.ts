import type { ObjectStore } from '#shared/objects/object-store.ts'
import { openSegment, type Segment } from './segment.ts'

/** A file that the manifest names is missing, torn or of another version. The base has to be rebuilt. */
export class SegmentLostError extends Error {
  readonly hash: string

  constructor(hash: string, cause: unknown) {
    super(`segment ${hash} cannot be used`, { cause })
    this.hash = hash
  }
}

/** Maps a segment file and checks it against its name, once per process and file: a torn file would give wrong hits silently. */
export const openSegmentFile = async (store: ObjectStore, hash: string): Promise<Segment> => {
  try {
    const bytes = Bun.mmap(await store.localPath(hash))
    const actual = new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
    if (actual !== hash) throw new Error(`its content has the hash ${actual}`)
    return openSegment(bytes)
  } catch (error) {
    throw new SegmentLostError(hash, error)
  }
}
