import { AppError } from '#shared/errors/app-error.ts'
import { createWakeUp } from '#shared/journal/wake-up.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { BaseRow, VectorsFailure } from '../tables.ts'
import { type ChangeVectorModelDependencies, changeVectorModel, LEASE_MS } from './change-vector-model.ts'
import { createVectorModelRepository } from './vector-model-repository.ts'

export interface VectorChangesDependencies extends ChangeVectorModelDependencies {
  logger: Logger
  draining: AbortSignal
}

export interface VectorChanges {
  /** Look for bases whose model is to be changed now. */
  nudge(): void
  stop(): Promise<void>
}

/** A nudge comes at once after a change in the same process; this finds what others changed, and what another process did not bring to its end. */
const POLL_MS = 5_000
const RETRY_MS_FIRST = 2_000
const RETRY_MS_MAX = 300_000

/**
 * Changes the embedding models of bases, one after the other, until the process drains. Each base's row says that it is due and who works on it until
 * when, so a change survives the death of any process; one that fails says why there and is tried again for as long as it is wanted.
 */
export const startVectorChanges = (dependencies: VectorChangesDependencies): VectorChanges => {
  const { database, logger, draining } = dependencies
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, draining])
  const wakeUp = createWakeUp()
  const repository = createVectorModelRepository(database)

  const change = async (base: BaseRow) => {
    const names = { baseId: base.id, from: base.vectorModel, to: base.retrieval.embeddingModel ?? null }
    try {
      if (!(await changeVectorModel(dependencies, base, signal))) return await repository.release(base.id)
      logger.info(names, 'embedding model of a base changed')
    } catch (error) {
      // Another process goes on at once.
      if (signal.aborted) return await repository.release(base.id)
      const attempts = (base.vectorsFailure?.attempts ?? 0) + 1
      const retryMs = Math.min(RETRY_MS_FIRST * 2 ** (attempts - 1), RETRY_MS_MAX)
      logger.warn({ ...names, attempts, err: error }, 'embedding model of a base could not be changed yet')
      await repository.release(base.id, { failure: toFailure(error, attempts), retryMs })
    }
  }

  const round = async () => {
    while (!signal.aborted) {
      const base = await repository.claim(dependencies.leaseMs ?? LEASE_MS)
      if (!base) return
      await change(base)
    }
  }

  const loop = async () => {
    while (!signal.aborted) {
      await round().catch((error: unknown) => {
        if (!signal.aborted) logger.warn({ err: error }, 'bases whose model is to be changed could not be looked for')
      })
      await wakeUp.wait(signal, POLL_MS)
    }
  }

  const ended = loop()
  return {
    nudge: () => wakeUp.ring(),
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

const toFailure = (error: unknown, attempts: number): VectorsFailure =>
  error instanceof AppError
    ? { code: error.code, reason: error.message, remedy: error.remedy ?? '', attempts }
    : {
        code: 'KNOWLEDGE_EMBEDDING_UNEXPECTED',
        reason: 'Something unexpected went wrong while the vectors were made.',
        remedy: 'It is tried again by itself; the logs tell the reason.',
        attempts,
      }
