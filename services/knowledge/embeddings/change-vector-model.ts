import { indexedText } from '../chunks/commit-chunks.ts'
import { IndexMovedError } from '../errors.ts'
import type { KnowledgeIndex } from '../retrieval/knowledge-index.ts'
import type { BaseRow } from '../tables.ts'
import { type EmbedChunksDependencies, embedMissing } from './embed-chunks.ts'
import { createVectorModelRepository } from './vector-model-repository.ts'

export interface ChangeVectorModelDependencies extends EmbedChunksDependencies {
  index: KnowledgeIndex
  /** LEASE_MS where it is left out. */
  leaseMs?: number
}

/** Chunks that are embedded between two looks at whether the change is still wanted. */
const CHUNKS_AT_ONCE = 256
/** Whoever changes a base's model has it to itself for so long; it is renewed while it works. When its process dies, another begins after this. */
export const LEASE_MS = 30_000
/** Renewals within a lease. */
const RENEWALS = 3
/** How often writers may come in between the last embedding and the commit. They embed with the next model too, so this is rare. */
const ATTEMPTS_MAX = 20

/** Chunks came that have no vector of the next model. */
class VectorsIncompleteError extends Error {}
/** The base is gone, or is to have another model than the one that was begun with. */
class ChangeSupersededError extends Error {}

/**
 * Makes the vectors of the model that a base's owner wants, then lets searches use them, in one commit; until then they use those of the old one. Can
 * be repeated from the beginning at any time: what a model answered is stored. Resolves to false when the change is not wanted any more. Throws as
 * `embedMissing` does.
 */
export const changeVectorModel = async (
  dependencies: ChangeVectorModelDependencies,
  base: BaseRow,
  signal: AbortSignal,
): Promise<boolean> => {
  const model = base.retrieval.embeddingModel ?? null
  const renewing = setInterval(
    () => void renew(dependencies, { baseId: base.id, model }).catch(() => undefined),
    (dependencies.leaseMs ?? LEASE_MS) / RENEWALS,
  )
  try {
    return await tryToChange(dependencies, { base, model }, signal)
  } finally {
    clearInterval(renewing)
  }
}

/** False when the base is to have another model by now, or is gone. */
const renew = (
  { database, leaseMs = LEASE_MS }: ChangeVectorModelDependencies,
  { baseId, model }: { baseId: string; model: string | null },
) => createVectorModelRepository(database).renew(baseId, { model, leaseMs })

const tryToChange = async (
  dependencies: ChangeVectorModelDependencies,
  { base, model }: { base: BaseRow; model: string | null },
  signal: AbortSignal,
): Promise<boolean> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await embedAll(dependencies, { base, model }, signal)
      await switchTo(dependencies, { baseId: base.id, model }, signal)
      return true
    } catch (error) {
      if (error instanceof ChangeSupersededError) return false
      const isPassing = error instanceof VectorsIncompleteError || error instanceof IndexMovedError
      if (!isPassing || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

const embedAll = async (
  dependencies: ChangeVectorModelDependencies,
  { base, model }: { base: BaseRow; model: string | null },
  signal: AbortSignal,
): Promise<void> => {
  const repository = createVectorModelRepository(dependencies.database)
  let afterId = 0
  for (;;) {
    signal.throwIfAborted()
    if (!(await renew(dependencies, { baseId: base.id, model }))) throw new ChangeSupersededError()
    if (model === null) return
    const chunks = await repository.without({ baseId: base.id, model }, { afterId, limit: CHUNKS_AT_ONCE })
    const last = chunks.at(-1)
    if (!last) return
    const texts = new Map(chunks.map((chunk) => [chunk.textHash, indexedText(chunk)]))
    await embedMissing(dependencies, { base, model, texts }, signal)
    afterId = last.chunkId
  }
}

const switchTo = (
  { index }: ChangeVectorModelDependencies,
  { baseId, model }: { baseId: string; model: string | null },
  signal: AbortSignal,
): Promise<void> => {
  return index.changeVectors(
    {
      baseId,
      model,
      async finish({ transaction }) {
        const locked = createVectorModelRepository(transaction)
        const now = await locked.find(baseId)
        if ((now?.retrieval.embeddingModel ?? null) !== model) throw new ChangeSupersededError()
        const [missing] = model === null ? [] : await locked.without({ baseId, model }, { afterId: 0, limit: 1 })
        if (missing) throw new VectorsIncompleteError()
        const dimensions = model === null ? null : await locked.dimensions({ baseId, model })
        await locked.settle(baseId, { model, dimensions })
      },
    },
    signal,
  )
}
