import type { Database } from '#shared/postgres/connect.ts'
import { createFlowStores, type FlowStores } from '../flows/flow-stores.ts'
import { starterFlows } from '../tables.ts'

/** Ids of the starters that this database has had. */
export const findCreatedStarters = async (database: Database): Promise<ReadonlySet<string>> => {
  const rows = await database.select({ flowId: starterFlows.flowId }).from(starterFlows)
  return new Set(rows.map(({ flowId }) => flowId))
}

/**
 * Runs `create` in a transaction unless a starter of this id was created before, here or by another process at the same moment: the marker's
 * primary key lets one of them through. A deleted or changed starter keeps its marker.
 */
export const createStarterOnce = async (
  database: Database,
  flowId: string,
  create: (stores: FlowStores) => Promise<void>,
): Promise<void> =>
  database.transaction(async (transaction) => {
    const marked = await transaction.insert(starterFlows).values({ flowId }).onConflictDoNothing().returning()
    if (marked.length > 0) await create(createFlowStores(transaction))
  })
