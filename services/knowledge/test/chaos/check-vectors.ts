import { createVisibleChunksRepository } from '../../retrieval/visible-chunks-repository.ts'
import { wordVector } from '../word-embeddings.ts'
import type { CheckedIndex } from './check-index.ts'
import { QUERIES } from './known-documents.ts'

/** Numbers in the vectors of the models that the base is moved between. */
export const MODELS = { small: 24, large: 40 } as const

/** More than any base of the test has chunks. */
const CHUNKS_MAX = 100_000
/** What rounding to bytes may move a cosine by, in vectors this short. */
const TOLERANCE = 0.01

/**
 * What is wrong with the vectors of a base while nobody writes: stored ones that are not those of their text, and questions whose hits are not the chunks
 * that a look at every stored vector gives. One line each; empty when all is right, as it has to be after any death.
 */
export const checkVectors = async ({ database, index }: CheckedIndex, baseId: string): Promise<string[]> => {
  const visible = createVisibleChunksRepository(database)
  const source = await visible.source(baseId)
  const model = source?.vectorModel
  if (model !== 'small' && model !== 'large') return [`base ${baseId} has vectors of ${model}`]
  const dimensions = MODELS[model]
  const chunks = await visible.load({ baseId, vectorModel: model }, await visible.ids(baseId))
  const wrong: string[] = []
  const without = chunks.filter(({ vector }) => !vector).length
  if (without > 0) wrong.push(`${without} of ${chunks.length} chunks have no stored vector of ${model}`)
  const others = chunks.filter(
    ({ vector, text }) => vector && cosine(vector, wordVector(text, { dimensions, model })) < 0.999,
  )
  if (others.length > 0) wrong.push(`${others.length} stored vectors are not those of their text`)

  for (const text of QUERIES) {
    const vector = wordVector(text, { dimensions, model })
    const cosines = new Map(chunks.map((chunk) => [chunk.id, chunk.vector ? cosine(chunk.vector, vector) : 0]))
    const hits = await index.searchVectors({ baseIds: [baseId], model, vector, limit: CHUNKS_MAX })
    const found = new Map(hits.map(({ chunkId, score }) => [chunkId, score]))
    const missing = [...cosines].filter(([id, value]) => value > TOLERANCE && !found.has(id)).length
    const strange = hits.filter(({ chunkId }) => !cosines.has(chunkId)).length
    const off = hits.filter(
      ({ chunkId, score }) => Math.abs((cosines.get(chunkId) ?? score) - score) > TOLERANCE,
    ).length
    if (missing > 0) wrong.push(`the vector of "${text}" misses ${missing} of ${chunks.length} chunks`)
    if (strange > 0) wrong.push(`the vector of "${text}" finds ${strange} chunks that are gone`)
    if (off > 0) wrong.push(`the vector of "${text}" is said to be nearer or farther than it is from ${off} chunks`)
    if (found.size !== hits.length) wrong.push(`the vector of "${text}" finds ${hits.length - found.size} chunks twice`)
  }
  return wrong
}

const cosine = (one: Float32Array, other: Float32Array): number =>
  one.reduce((sum, number, at) => sum + number * (other[at] ?? 0), 0)
