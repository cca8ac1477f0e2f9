import { mkdir } from 'node:fs/promises'
import type { Logger } from '#shared/logging/logger.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { IndexMovedError, IndexRebuildingError } from '../../errors.ts'
import type { IndexEngineParts, WithSequences } from '../index-engine.ts'
import type { IndexHit } from '../knowledge-index.ts'
import { loadLanguage } from '../languages/language-rules.ts'
import { askSequences } from '../last-commits-repository.ts'
import { mergeHits } from '../merge-hits.ts'
import { createSegmentRepository } from '../segments/segment-repository.ts'
import { type AddBatchDependencies, addBatch } from './add-batch.ts'
import { createBaseStatistics } from './base-statistics.ts'
import type { LanceModule } from './lance-module.ts'
import { createLanceRepository } from './lance-repository.ts'
import { createLanceViews, type LanceView, TableLostError } from './lance-views.ts'
import { maintainTables, sweepTables } from './maintain-tables.ts'
import { type DerivedBase, forgetTables, rebuildTables } from './rebuild-tables.ts'
import { searchMeaning } from './search-meaning.ts'
import { searchWords } from './search-words.ts'

export interface LanceIndexDependencies {
  database: Database
  /** Holds LanceDB's tables and nothing else: a table that no base names is dropped. */
  folder: string
  /** See find-lancedb.ts. */
  find: () => Promise<LanceModule>
  logger: Logger
  /** Rows from which on vectors get an index of their own. */
  vectorIndexRowsMin?: number
  /** A table is looked at again after this long. */
  tableRestSeconds?: number
}

const SWEEP_EVERY_MS = 600_000
/** How long a query waits for a lost index to be rebuilt before it answers "try again". */
const REBUILD_WAIT_MS_MAX = 10_000

/** How often a rebuild starts over because the base changed under it in a way that makes it worthless. */
const ATTEMPTS_MAX = 3

interface AskedBase {
  baseId: string
  view: LanceView
}

/** The `lancedb` engine: see README.md, "The index in LanceDB". */
export const createLanceIndex = (dependencies: LanceIndexDependencies): IndexEngineParts => {
  const { database, folder, find, logger } = dependencies
  const manifest = createLanceRepository(database)
  const statistics = createBaseStatistics()
  const rebuilds = new Map<string, Promise<void>>()
  let opened: Promise<AddBatchDependencies> | undefined
  let sweptAtMs = Date.now()

  const open = (): Promise<AddBatchDependencies> => {
    opened ??= connect().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const connect = async (): Promise<AddBatchDependencies> => {
    const module = await find()
    await mkdir(folder, { recursive: true })
    return { database, module, connection: await module.lance.connect(folder) }
  }
  const views = createLanceViews({ manifest, connect: async () => (await open()).connection })
  const forget = (baseId: string) => {
    views.forget(baseId)
    statistics.forget(baseId)
  }

  /** One rebuild at a time per base and process. */
  const rebuild = (baseId: string, signal?: AbortSignal): Promise<void> => {
    const running = rebuilds.get(baseId)
    if (running !== undefined) return running
    const started = open()
      .then((parts) => derive(parts, { baseId, finish: async () => undefined }, signal))
      .finally(() => {
        rebuilds.delete(baseId)
        forget(baseId)
      })
    rebuilds.set(baseId, started)
    return started
  }

  const sequencesOf = askSequences(database)

  /**
   * Answers from the newest views. A table that was replaced or cleaned up under a query is opened anew; one that cannot be read even so is lost, and
   * derived from the chunks again.
   */
  const ask = async (
    query: { baseIds: string[]; signal?: AbortSignal } & WithSequences,
    answer: (bases: AskedBase[], module: LanceModule) => Promise<IndexHit[]>,
  ): Promise<IndexHit[]> => {
    const { module } = await open()
    const attempt = async () => {
      const sequences = query.sequences ?? (await sequencesOf(query.baseIds))
      const found = [...(await views.current(sequences))].map(([baseId, view]) => ({ baseId, view }))
      query.signal?.throwIfAborted()
      return answer(found, module)
    }
    try {
      return await attempt()
    } catch (error) {
      query.signal?.throwIfAborted()
      if (error instanceof IndexMovedError) throw error
      logger.debug({ err: error }, 'index tables opened anew')
      for (const baseId of query.baseIds) forget(baseId)
    }
    try {
      return await attempt()
    } catch (error) {
      query.signal?.throwIfAborted()
      if (error instanceof IndexMovedError) throw error
      await replaceLost(query.baseIds, error)
      query.signal?.throwIfAborted()
      return attempt()
    }
  }

  const replaceLost = async (baseIds: readonly string[], cause: unknown): Promise<void> => {
    for (const baseId of baseIds) {
      logger.warn({ baseId, cause: String(cause) }, 'index table lost, rebuilding from chunks')
      const inTime = await Promise.race([rebuild(baseId).then(() => true), Bun.sleep(REBUILD_WAIT_MS_MAX)])
      if (!inTime) throw new IndexRebuildingError(baseId)
    }
  }

  return {
    async assertUsable() {
      await open()
    },

    async prepare(baseId, chunks, signal) {
      const parts = await open()
      return addBatch(parts, { baseId, chunks }, signal).catch(async (error: unknown) => {
        if (!(error instanceof TableLostError)) throw error
        await replaceLost([baseId], error)
        return addBatch(parts, { baseId, chunks }, signal)
      })
    },

    retract: ({ transaction, baseId, seq }, chunkIds) =>
      createSegmentRepository(transaction).bury(baseId, seq, chunkIds),

    search: (query) =>
      ask(query, async (bases, { lance }) => {
        const known = await Promise.all(
          bases.map(async (base) => ({ ...base, statistics: await statistics.of(base.baseId, base.view) })),
        )
        const lists = await Promise.all(
          [...Map.groupBy(known, ({ view }) => view.language)].map(async ([language, alike]) => {
            return searchWords(lance, alike, { ...query, rules: await loadLanguage(language) })
          }),
        )
        const hits = mergeHits(lists, query.limit)
        return hits.filter(({ score }) => score >= (query.scoreMin ?? 0))
      }),

    searchVectors: (query) =>
      ask(query, async (bases) => {
        const counting = bases.filter(({ view: { vectorModel } }) => {
          return vectorModel !== null && (query.model === undefined || query.model === vectorModel)
        })
        const hits = await searchMeaning(counting, query)
        return hits.filter(({ score }) => score >= (query.scoreMin ?? 0))
      }),

    rebuild,

    async changeVectors({ baseId, model, finish }, signal) {
      await derive(await open(), { baseId, vectorModel: model, finish }, signal)
      forget(baseId)
    },

    async takeOver(base, signal) {
      await derive(await open(), base, signal)
      forget(base.baseId)
    },

    async release({ transaction, baseId }) {
      await forgetTables(transaction, baseId)
    },

    async maintain(signal) {
      // What nobody uses is not loaded.
      if (opened === undefined && !(await manifest.hasTables())) return
      const parts = { ...dependencies, ...(await open()) }
      await maintainTables(parts, signal)
      if (Date.now() - sweptAtMs < SWEEP_EVERY_MS || signal.aborted) return
      sweptAtMs = Date.now()
      await sweepTables(parts, signal)
    },
  }
}

/** Starts over when another process replaced the tables meanwhile, or the base's vectors became those of another model. */
const derive = async (parts: AddBatchDependencies, base: DerivedBase, signal?: AbortSignal): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rebuildTables(parts, base, signal)
    } catch (error) {
      if (!(error instanceof IndexMovedError) || attempt === ATTEMPTS_MAX) throw error
    }
  }
}
