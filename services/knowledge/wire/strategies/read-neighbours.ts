import type { Database } from '#shared/postgres/connect.ts'
import { createHitRepository, type HitChunk } from '../../retrieval/hit-repository.ts'
import { joinPassages } from './join-passages.ts'

/** A passage with what stands before and after it. */
export interface WidePassage {
  text: string
  /** Of all its parts; the passage's own win. */
  references: Record<string, unknown>
}

/** Each chunk with its neighbours in the document, in the order of the chunks. One that brings a wider text of its own keeps that. */
export const readNeighbours = async (database: Database, found: readonly HitChunk[]): Promise<WidePassage[]> => {
  const around = Map.groupBy(
    await createHitRepository(database).neighboursOf(
      found.filter((chunk) => chunk.context === null).map((chunk) => chunk.id),
      1,
    ),
    ({ chunkId }) => chunkId,
  )
  return found.map((chunk) => {
    if (chunk.context !== null) return { text: chunk.context, references: chunk.references }
    const beside = around.get(chunk.id) ?? []
    const before = beside.filter(({ offset }) => offset < 0)
    const after = beside.filter(({ offset }) => offset > 0)
    return {
      text: joinPassages([...before, chunk, ...after].map(({ content }) => content)),
      references: Object.assign({}, ...beside.map(({ references }) => references), chunk.references),
    }
  })
}
