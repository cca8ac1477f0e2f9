import type { Database } from '#shared/postgres/connect.ts'
import { createQueryRepository } from './query-repository.ts'

/** How long questions are kept. */
export const QUERIES_KEPT_MS = 90 * 86_400_000
/** Removed by one statement. */
const BATCH_MAX = 1_000

/** Removes questions that are too old, or whose bases are gone. */
export const sweepQueries = async ({ database }: { database: Database }, signal: AbortSignal): Promise<void> => {
  const queries = createQueryRepository(database)
  while (!signal.aborted) {
    if ((await queries.sweep({ olderThanMs: QUERIES_KEPT_MS, limit: BATCH_MAX })) < BATCH_MAX) return
  }
}
