import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { createEnginePlacementRepository } from '../retrieval/engine-placement-repository.ts'
import { createLanceIndex } from '../retrieval/lancedb/lance-index.ts'
import { routeEngines } from '../retrieval/route-engines.ts'
import { createSegmentIndex } from '../retrieval/segments/segment-index.ts'
import type { IndexEngine } from '../tables.ts'
import { createIndexWorld } from './index-world.ts'
import { installedLancedb } from './installed-lancedb.ts'

/** An index world whose two processes have both engines; its bases begin with `engine`. */
export const routedWorld = async (engine: IndexEngine) => {
  const { find } = await installedLancedb()
  const folder = await mkdtemp(join(tmpdir(), 'orrery-engines-'))
  const world = await createIndexWorld(engine, async (database) =>
    routeEngines({
      database,
      logger: silentLogger,
      engines: {
        segments: createSegmentIndex({ database, store: await openLocalObjectStore(folder), logger: silentLogger }),
        lancedb: createLanceIndex({ database, folder: join(folder, 'lancedb'), find, logger: silentLogger }),
      },
    }),
  )
  return {
    world,
    choose: async (baseId: string, chosen: IndexEngine) => {
      await createBaseRepository(world.database).change(undefined, baseId, { engine: chosen })
    },
    placed: async () => {
      const found = await createEnginePlacementRepository(world.database).find(world.baseIds)
      return world.baseIds.map((id) => found.find(({ baseId }) => baseId === id)?.indexedBy)
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
