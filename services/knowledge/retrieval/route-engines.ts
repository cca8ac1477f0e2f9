import type { Logger } from '#shared/logging/logger.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { BaseNotFoundError, IndexMovedError } from '../errors.ts'
import { INDEX_ENGINES, type IndexEngine } from '../tables.ts'
import { createEnginePlacementRepository } from './engine-placement-repository.ts'
import type { IndexEngineParts, WithSequences } from './index-engine.ts'
import type { IndexCommit, IndexHit, IndexQuery, KnowledgeIndex, VectorQuery } from './knowledge-index.ts'
import { mergeHits } from './merge-hits.ts'
import { moveBases } from './move-bases.ts'

export interface RouteEnginesDependencies {
  database: Database
  engines: Readonly<Record<IndexEngine, IndexEngineParts>>
  logger: Logger
}

/** A base may be moved between the look at where it is and the search there; twice in a row it is not. */
const ATTEMPTS_MAX = 3

/**
 * One index out of the engines: each base is searched and changed where its index is, and one search may go over bases of several. Throws
 * EngineMissingError where a base's engine is not installed; bases of other engines do not notice.
 */
export const routeEngines = ({ database, engines, logger }: RouteEnginesDependencies): KnowledgeIndex => {
  const placement = createEnginePlacementRepository(database)

  const engineOf = async (baseId: string): Promise<IndexEngine> => {
    const [found] = await placement.find([baseId])
    if (!found) throw new BaseNotFoundError(baseId)
    return found.indexedBy
  }

  /** Asks each engine for its bases, and puts what they find in one order. */
  const ask = async <Query extends { baseIds: string[]; limit: number }>(
    query: Query,
    search: (engine: IndexEngineParts, query: Query & WithSequences) => Promise<IndexHit[]>,
  ): Promise<IndexHit[]> => {
    const placed = await placement.find(query.baseIds)
    const sequences = new Map(placed.map(({ baseId, seq }) => [baseId, seq]))
    const lists = await Promise.all(
      INDEX_ENGINES.flatMap((name) => {
        const baseIds = placed.filter(({ indexedBy }) => indexedBy === name).map(({ baseId }) => baseId)
        const own = new Map(baseIds.map((baseId) => [baseId, sequences.get(baseId) ?? 0]))
        return baseIds.length === 0 ? [] : [search(engines[name], { ...query, baseIds, sequences: own })]
      }),
    )
    return mergeHits(lists, query.limit)
  }

  return {
    async prepare(baseId, chunks, signal) {
      const name = await engineOf(baseId)
      const prepared = await engines[name].prepare(baseId, chunks, signal)
      return {
        chunkCount: prepared.chunkCount,
        async publish(commit) {
          await assertPlaced(commit, name)
          await prepared.publish(commit)
        },
      }
    },

    async retract(commit, chunkIds) {
      const [found] = await createEnginePlacementRepository(commit.transaction).find([commit.baseId])
      if (found) await engines[found.indexedBy].retract(commit, chunkIds)
    },

    search: (query: IndexQuery) => again(() => ask(query, (engine, own) => engine.search(own))),
    searchVectors: (query: VectorQuery) => again(() => ask(query, (engine, own) => engine.searchVectors(own))),

    async rebuild(baseId, signal) {
      await engines[await engineOf(baseId)].rebuild(baseId, signal)
    },

    async changeVectors(change, signal) {
      const name = await engineOf(change.baseId)
      const finish = async (commit: IndexCommit) => {
        await assertPlaced(commit, name)
        await change.finish(commit)
      }
      await engines[name].changeVectors({ ...change, finish }, signal)
    },

    async maintain(signal) {
      for (const name of INDEX_ENGINES) {
        await engines[name].maintain(signal).catch((error: unknown) => {
          if (signal.aborted) throw error
          logger.warn({ engine: name, err: error }, 'index engine could not be maintained')
        })
      }
      await moveBases({ database, engines, logger }, signal)
    },
  }
}

/** Throws IndexMovedError when another engine holds the index by now. The base is locked, so it holds until the commit. */
const assertPlaced = async ({ transaction, baseId }: IndexCommit, name: IndexEngine): Promise<void> => {
  const [found] = await createEnginePlacementRepository(transaction).find([baseId])
  if (found?.indexedBy !== name) throw new IndexMovedError(baseId)
}

const again = async <Value>(attempt: () => Promise<Value>): Promise<Value> => {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof IndexMovedError) || attempts === ATTEMPTS_MAX) throw error
    }
  }
}
