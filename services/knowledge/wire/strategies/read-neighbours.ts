import type { Database } from '#shared/postgres/connect.ts'
import type { FoundChunk } from '../../chunks/chunk-repository.ts'
import { joinPassages } from './join-passages.ts'
import { neighboursOf } from './neighbour-repository.ts'

/** A passage with what stands before and after it. */
export interface WidePassage {
  text: string
  /** Of all its parts; the passage's own win. */
  references: Record<string, unknown>
}

/** Each chunk with its neighbours in the document, in the order of the chunks. One that brings a wider text of its own keeps that. */
export const readNeighbours = async (database: Database, found: readonly FoundChunk[]): Promise<WidePassage[]> => {
  const around = await neighboursOf(
    database,
    found.filter((chunk) => chunk.context === null).map((chunk) => chunk.id),
  )
  return found.map((chunk) => {
    if (chunk.context !== null) return { text: chunk.context, references: chunk.references }
    const { before, after } = around.get(chunk.id) ?? {}
    const parts = [before, chunk, after].filter((part) => part !== undefined)
    return {
      text: joinPassages(parts.map((part) => part.content)),
      references: Object.assign({}, before?.references, after?.references, chunk.references),
    }
  })
}
