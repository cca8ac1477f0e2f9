import type { Logger } from '#shared/logging/logger.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { EngineMissingError, IndexMovedError } from '../errors.ts'
import type { IndexEngine } from '../tables.ts'
import { createEnginePlacementRepository, type PlannedMove } from './engine-placement-repository.ts'
import type { IndexEngineParts } from './index-engine.ts'
import type { IndexCommit } from './knowledge-index.ts'

export interface MoveBasesDependencies {
  database: Database
  engines: Readonly<Record<IndexEngine, IndexEngineParts>>
  logger: Logger
}

/** Whoever moves a base has it to itself for so long; renewed while it works. After its death, or when an engine is missing, another tries then. */
const LEASE_MS = 60_000
const RENEW_EVERY_MS = 20_000
/** Bases that are moved in one round of maintenance. */
const MOVES_MAX = 20

/** Derives the indexes of bases whose owner chose another engine or language. The old index answers until the commit in which the new one does. */
export const moveBases = async (dependencies: MoveBasesDependencies, signal: AbortSignal): Promise<void> => {
  const placement = createEnginePlacementRepository(dependencies.database)
  for (let moves = 0; moves < MOVES_MAX && !signal.aborted; moves++) {
    const move = await placement.claimMove(LEASE_MS)
    if (!move) return
    await moveOne(dependencies, move, signal)
  }
}

const moveOne = async (
  { database, engines, logger }: MoveBasesDependencies,
  move: PlannedMove,
  signal: AbortSignal,
): Promise<void> => {
  const { baseId, from, to } = move
  const renew = () =>
    createEnginePlacementRepository(database)
      .renewLease(baseId, LEASE_MS)
      .catch(() => undefined)
  const renewing = setInterval(() => void renew(), RENEW_EVERY_MS)
  try {
    const finish = async (commit: IndexCommit) => {
      if (from.engine !== to.engine) await engines[from.engine].release(commit)
      const isSettled = await createEnginePlacementRepository(commit.transaction).settle(move)
      if (!isSettled) throw new IndexMovedError(baseId)
    }
    await engines[to.engine].takeOver({ baseId, language: to.language, finish }, signal)
    logger.info({ baseId, from, to }, 'index made anew by another engine or language')
  } catch (error) {
    signal.throwIfAborted()
    // The owner changed its mind, or is told what to install; either way the old index goes on answering.
    if (!(error instanceof EngineMissingError || error instanceof IndexMovedError)) throw error
    logger.warn({ baseId, from, to, code: error.code, remedy: error.remedy }, 'index not made anew')
  } finally {
    clearInterval(renewing)
  }
}
