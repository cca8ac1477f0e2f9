import type { Database } from '#shared/postgres/connect.ts'

/** One chunk as an index sees it. */
export interface IndexedChunk {
  id: number
  documentNumber: number
  /** Everything the chunk is to be found by: its title and its content. */
  text: string
  /** Of length 1, from the base's embedding model; undefined where the base has none. */
  vector?: Float32Array | undefined
}

export interface IndexQuery {
  baseIds: string[]
  text: string
  /** How many hits, best first. */
  limit: number
  /** Only chunks of these documents; exact. Undefined: of all. */
  documentNumbers?: ReadonlySet<number>
  /** Only hits with at least this score. */
  scoreMin?: number
  signal?: AbortSignal
}

export interface VectorQuery {
  /** Bases with the same embedding model. One whose vectors have another length, or are of another model, is left out. */
  baseIds: string[]
  /** The model that made `vector`, where it is known: a base's model may have been changed since. */
  model?: string | undefined
  /** Of length 1. */
  vector: Float32Array
  /** How many hits, best first. */
  limit: number
  /** Only chunks of these documents; exact. Undefined: of all. */
  documentNumbers?: ReadonlySet<number>
  /** Only hits with at least this score. */
  scoreMin?: number
  signal?: AbortSignal
}

export interface IndexHit {
  chunkId: number
  baseId: string
  /**
   * 0..1: the share of the query, each of its features weighed by its rarity, that the chunk holds. Comparable within one query, and the
   * scale of thresholds. Of a search by vector: the cosine, where it is above 0.
   */
  score: number
}

/** Where and when an index changes within a commit. `seq` is the base's number of that commit, whose row is locked. */
export interface IndexCommit {
  transaction: Database
  baseId: string
  seq: number
}

/** From one embedding model to another. */
export interface VectorChange {
  baseId: string
  /** The model whose vectors are stored by now; null: the index shall hold none. */
  model: string | null
  /** Runs in the commit that makes the new vectors count, after the index was changed. Throw to call it off. */
  finish: (commit: IndexCommit) => Promise<void>
}

/** What `prepare` made durable; `publish` makes it count. */
export interface PreparedIndex {
  readonly chunkCount: number
  publish(commit: IndexCommit): Promise<void>
}

/**
 * A search index over the chunks of bases. PostgreSQL holds the chunks; an index is derived from them and may be thrown away. Whatever a
 * commit changed, every process sees at its next query.
 */
export interface KnowledgeIndex {
  /** Does the slow, durable part of adding chunks, outside any transaction. If the commit never comes, what it left is swept later. */
  prepare(baseId: string, chunks: readonly IndexedChunk[], signal?: AbortSignal): Promise<PreparedIndex>
  /** Removes chunks, inside the commit that deletes their rows. */
  retract(commit: IndexCommit, chunkIds: readonly number[]): Promise<void>
  search(query: IndexQuery): Promise<IndexHit[]>
  /** The chunks whose vectors point most nearly where the question's does. Chunks without a vector are never found. */
  searchVectors(query: VectorQuery): Promise<IndexHit[]>
  /** Throws the base's index away and derives it again from the chunks. */
  rebuild(baseId: string, signal?: AbortSignal): Promise<void>
  /** Gives a base's chunks the stored vectors of another model in one commit; until then searches use those that they have. */
  changeVectors(change: VectorChange, signal?: AbortSignal): Promise<void>
  /** Background work: merges what is worth merging in every base, removes files that nothing names. Safe to run anywhere, any time. */
  maintain(signal: AbortSignal): Promise<void>
}
