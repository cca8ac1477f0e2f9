import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { BuiltSegment } from './build-segment.ts'

/** What the manifest records of a segment file. */
export interface StoredSegment {
  hash: string
  chunkCount: number
  sizeBytes: number
  lengths: number[]
}

/** Makes a segment durable under the hash of its content. It counts once the manifest names it. */
export const storeSegment = async (store: ObjectStore, built: BuiltSegment): Promise<StoredSegment> => ({
  hash: await store.put(built.bytes),
  chunkCount: built.chunkCount,
  sizeBytes: built.bytes.byteLength,
  lengths: built.lengths,
})
