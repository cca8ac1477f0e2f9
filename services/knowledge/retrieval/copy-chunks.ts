import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { IndexMovedError } from '../errors.ts'
import type { IndexCommit, IndexedChunk } from './knowledge-index.ts'
import type { StemmingLanguage } from './languages/stemming-language.ts'
import { createVisibleChunksRepository } from './visible-chunks-repository.ts'

/** What else the index of a base is to know. */
export interface CopySource {
  vectorDimensions: number | null
  /** By whose endings words are found in it now. */
  language: StemmingLanguage
}

export interface ChunkCopy {
  baseId: string
  /** Model of the vectors to copy; undefined: the base's. */
  vectorModel?: string | null | undefined
  /** Writes chunks into the new index. The last call comes while the base is locked. */
  write: (chunks: readonly IndexedChunk[], source: CopySource) => Promise<void>
  /**
   * Makes the new index count, in the commit after which it holds exactly the base's chunks but for `strays`: chunks that were written and are gone.
   */
  finish: (commit: IndexCommit, strays: readonly number[]) => Promise<void>
  signal?: AbortSignal | undefined
}

/** Chunks that are loaded and written at a time. */
const CHUNKS_AT_ONCE = 4_000
/** The base is locked for as long as it takes to write what was added since the last look: so much at most, if there is any end to it. */
const LAST_CHUNKS_MAX = 200
const LOOKS_MAX = 10

/**
 * Derives a new index of a base beside the one that answers. Writers go on meanwhile: looks at what is there until little is missing, and writes that
 * with the base locked. Throws IndexMovedError when the base's vectors became those of another model, or its
 * words are found by another language.
 */
export const copyChunks = async (database: Database, copying: ChunkCopy): Promise<void> => {
  const { baseId, write, finish, signal } = copying
  const visible = createVisibleChunksRepository(database)
  const source = await visible.source(baseId)
  if (!source) return
  const { vectorModel = source.vectorModel } = copying
  const copied = new Set<number>()
  const copy = async (ids: readonly number[], from = visible) => {
    for (let start = 0; start < ids.length; start += CHUNKS_AT_ONCE) {
      signal?.throwIfAborted()
      const chunks = await from.load({ baseId, vectorModel }, ids.slice(start, start + CHUNKS_AT_ONCE))
      if (chunks.length === 0) continue
      const ofNew = chunks.find(({ vector }) => vector)?.vector?.length ?? null
      const vectorDimensions = vectorModel === source.vectorModel ? source.vectorDimensions : ofNew
      await write(chunks, { vectorDimensions, language: source.indexedLanguage })
      for (const { id } of chunks) copied.add(id)
    }
  }
  const missing = async (from = visible) => (await from.ids(baseId)).filter((id) => !copied.has(id))

  for (let look = 1; look <= LOOKS_MAX; look++) {
    const ids = await missing()
    if (look > 1 && ids.length <= LAST_CHUNKS_MAX) break
    await copy(ids)
  }
  await database.transaction(async (transaction) => {
    const seq = await createBaseRepository(transaction).advance(baseId)
    if (seq === undefined) return
    const locked = createVisibleChunksRepository(transaction)
    const now = await locked.source(baseId)
    const isSame = now?.vectorModel === source.vectorModel && now.indexedLanguage === source.indexedLanguage
    if (!isSame) throw new IndexMovedError(baseId)
    await copy(await missing(locked), locked)
    const there = new Set(await locked.ids(baseId))
    const strays = [...copied].filter((id) => !there.has(id))
    await finish({ transaction, baseId, seq }, strays)
  })
}
