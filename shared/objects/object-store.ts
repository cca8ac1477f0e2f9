/** Lower-case hexadecimal SHA-256 of the content: an object's only name. Equal content is one object. */
export type ObjectHash = string

/**
 * Immutable files named by their content. Whoever stores an object records its hash in a row of its own; there is no reference count here.
 * An owner removes what no row names any more with `sweepObjects`, so each owner has a store (a directory, a bucket prefix) to itself.
 */
export interface ObjectStore {
  /** Stores the bytes; they survive power loss once this resolves. Storing what is there already only renews its age. */
  put(bytes: Uint8Array): Promise<ObjectHash>
  /**
   * The same for content that comes in pieces: never more than one of them is in memory. Throws ObjectTooLargeError as soon as there are more than
   * `bytesMax`, and what `chunks` throws; then nothing is stored.
   */
  putStream(
    chunks: AsyncIterable<Uint8Array>,
    options: { bytesMax: number },
  ): Promise<{ hash: ObjectHash; sizeBytes: number }>
  /** The content. Throws ObjectMissingError. */
  read(hash: ObjectHash): Promise<Uint8Array<ArrayBuffer>>
  /** A file on this host that holds the content, for readers that map it or hand it to a child. Throws ObjectMissingError. */
  localPath(hash: ObjectHash): Promise<string>
  exists(hash: ObjectHash): Promise<boolean>
  /** Bytes, or undefined when there is no such object. */
  size(hash: ObjectHash): Promise<number | undefined>
  /** Removes the object; fine when it is gone already. */
  delete(hash: ObjectHash): Promise<void>
  /** Every object with the time it was last stored, in no order. */
  list(): AsyncIterable<{ hash: ObjectHash; storedAtMs: number }>
}
