import { inParallel } from '#shared/models/gate/run-gated-call.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { EmbeddingLengthChangedError, EmbeddingTooLongError } from '../errors.ts'
import { DIMENSIONS_MAX } from '../retrieval/segments/vector-memory.ts'
import type { BaseRow } from '../tables.ts'
import { type EmbedTextsDependencies, embedTexts } from './embed-texts.ts'
import { createEmbeddingRepository } from './embedding-repository.ts'

export interface EmbedChunksDependencies extends EmbedTextsDependencies {
  database: Database
}

/** Texts by their hash. */
export type TextsByHash = ReadonlyMap<string, string>

/** Texts of one question to a model. What it answered is stored before more is asked: a process that dies has this many times ASKED_AT_ONCE_MAX asked in vain. */
const TEXTS_MAX = 64
const ASKED_AT_ONCE_MAX = 4

/**
 * The vectors of texts that are about to become chunks of a base, by hash; undefined where the base has no vectors. While the base's model is being
 * changed, the texts are embedded with the next model as well, as far as it answers: the change would otherwise run after the writers for ever.
 * Throws as `embedMissing` does.
 */
export const embedChunks = async (
  dependencies: EmbedChunksDependencies,
  { base, texts }: { base: BaseRow; texts: TextsByHash },
  signal: AbortSignal,
): Promise<Map<string, Float32Array> | undefined> => {
  const { vectorModel: model } = base
  const next = base.retrieval.embeddingModel ?? null
  if (next !== null && next !== model && base.vectorsFailure === null) {
    await embedMissing(dependencies, { base, model: next, texts }, signal).catch(() => signal.throwIfAborted())
  }
  if (model === null) return undefined
  return embedMissing(dependencies, { base, model, texts }, signal)
}

/**
 * The vectors of texts, by hash: the stored ones as they are, the others asked of the model and stored as they arrive, so no text is asked for twice.
 * Throws EmbeddingModelUnknownError, EmbeddingFailedError, EmbeddingLengthChangedError when the model gives another length than before, and
 * EmbeddingTooLongError.
 */
export const embedMissing = async (
  dependencies: EmbedChunksDependencies,
  { base, model, texts }: { base: BaseRow; model: string; texts: TextsByHash },
  signal: AbortSignal,
): Promise<Map<string, Float32Array>> => {
  const embeddings = createEmbeddingRepository(dependencies.database)
  const of = { baseId: base.id, model }
  const vectors = await embeddings.find(of, [...texts.keys()])
  await embeddings.renew(of, [...vectors.keys()])
  let length = model === base.vectorModel ? base.vectorDimensions : null
  const check = (vector: Float32Array) => {
    if (vector.length > DIMENSIONS_MAX) throw new EmbeddingTooLongError(of, { is: vector.length, max: DIMENSIONS_MAX })
    length ??= vector.length
    if (vector.length !== length) throw new EmbeddingLengthChangedError(of, { was: length, is: vector.length })
  }
  for (const vector of vectors.values()) check(vector)

  const missing = [...texts].filter(([hash]) => !vectors.has(hash))
  const batches = Array.from({ length: Math.ceil(missing.length / TEXTS_MAX) }, (_, number) =>
    missing.slice(number * TEXTS_MAX, (number + 1) * TEXTS_MAX),
  )
  await inParallel(batches, { atOnceMax: ASKED_AT_ONCE_MAX, signal }, async (batch, stopped) => {
    const asked = { ...of, appId: base.appId, texts: batch.map(([, text]) => text) }
    const answered = await embedTexts(dependencies, asked, stopped)
    const fresh = new Map(batch.map(([hash], place) => [hash, answered[place] as Float32Array]))
    for (const vector of fresh.values()) check(vector)
    await embeddings.store(of, fresh)
    for (const [hash, vector] of fresh) vectors.set(hash, vector)
  })
  return vectors
}
