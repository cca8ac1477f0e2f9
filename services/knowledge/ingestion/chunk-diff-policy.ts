import type { NewChunk } from '../chunks/commit-chunks.ts'
import type { ChunkRow } from '../tables.ts'

/** A chunk that stays, with what changes of it in place: nothing that it is found by. */
export type KeptChunk = Pick<ChunkRow, 'id' | 'position' | 'title' | 'content' | 'context' | 'page' | 'pageEnd'>

export interface ChunkDiff {
  add: NewChunk[]
  /** Those of the kept ones that change. */
  update: KeptChunk[]
  /** Keys. */
  remove: string[]
  /** Chunks that were there before and stay. */
  kept: number
}

/** A chunk that was made now, with the hash of the text that it is found by. */
export type MadeChunk = NewChunk & { textHash: string }

/**
 * What has to change so that a document's chunks become those that were made of it now. A chunk with the same text stays what it is, with its id, its vector
 * and whether it is disabled; only its place follows. What people added or edited stays, an edited chunk in place of the one that it was made of.
 */
export const diffChunks = (before: readonly ChunkRow[], made: readonly MadeChunk[]): ChunkDiff => {
  const rows = [...before].sort((a, b) => a.position - b.position || a.id - b.id)
  const byHash = queuesOf(
    rows.filter(({ origin }) => origin === 'document'),
    ({ textHash }) => textHash,
  )
  const byEditedText = queuesOf(rows.filter(isEdited), ({ textHash }) => textHash)
  const byOriginal = queuesOf(rows.filter(isEdited), ({ sourceHash }) => sourceHash ?? '')
  const placed = new Map<number, NewChunk>()
  const unmatched: NewChunk[] = []
  for (const { textHash, ...chunk } of made) {
    const row =
      takeFree(byHash, textHash, placed) ??
      takeFree(byOriginal, textHash, placed) ??
      takeFree(byEditedText, textHash, placed)
    if (row) placed.set(row.id, chunk)
    else unmatched.push(chunk)
  }
  const leaves = (row: ChunkRow) => row.origin === 'document' && !placed.has(row.id)
  const stays = rows.filter((row) => !leaves(row))
  const now = placeAll(stays, placed)
  return {
    add: withFreeKeys(unmatched, new Set(stays.map(({ key }) => key))),
    update: now.filter((chunk, at) => differs(chunk, stays[at])),
    remove: rows.filter(leaves).map(({ key }) => key),
    kept: stays.length,
  }
}

const isEdited = ({ origin }: ChunkRow) => origin === 'edited'

type Queues = Map<string, ChunkRow[]>

const queuesOf = (rows: readonly ChunkRow[], hashOf: (row: ChunkRow) => string): Queues => Map.groupBy(rows, hashOf)

const takeFree = (queues: Queues, hash: string, placed: ReadonlyMap<number, unknown>): ChunkRow | undefined => {
  const queue = queues.get(hash)
  while (queue && queue.length > 0) {
    const row = queue.shift()
    if (row && !placed.has(row.id)) return row
  }
  return undefined
}

/** Chunks of people that stand for none of the document follow the one that they followed before. */
const placeAll = (stays: readonly ChunkRow[], placed: ReadonlyMap<number, NewChunk>): KeptChunk[] => {
  const guests = new Map<number, number>()
  let anchor = -1
  const anchors = stays.map(({ id }) => {
    anchor = placed.get(id)?.position ?? anchor
    if (!placed.has(id)) guests.set(anchor, (guests.get(anchor) ?? 0) + 1)
    return anchor
  })
  let seen = 0
  return stays.map((row, at) => {
    const chunk = placed.get(row.id)
    const place = anchors[at] ?? 0
    if (chunk) {
      seen = 0
      return moved(row, chunk)
    }
    seen += 1
    return { ...fixed(row), position: place + seen / ((guests.get(place) ?? 1) + 1) }
  })
}

const moved = (row: ChunkRow, { position, title, content, context, page, pageEnd }: NewChunk): KeptChunk =>
  row.origin === 'document'
    ? { id: row.id, position, title, content, context, page, pageEnd }
    : { ...fixed(row), position, page, pageEnd }

const fixed = ({ id, position, title, content, context, page, pageEnd }: ChunkRow): KeptChunk => ({
  ...{ id, position, title, content, context, page, pageEnd },
})

const differs = (now: KeptChunk, before: ChunkRow | undefined): boolean =>
  before === undefined || !Bun.deepEquals(now, fixed(before))

/** Keys are unique in the document; a new chunk gets the number of its place where that is free. */
const withFreeKeys = (chunks: readonly NewChunk[], taken: Set<string>): NewChunk[] => {
  let next = 0
  return chunks.map((chunk) => {
    let { key } = chunk
    while (taken.has(key)) key = `n${next++}`
    taken.add(key)
    return key === chunk.key ? chunk : { ...chunk, key }
  })
}
