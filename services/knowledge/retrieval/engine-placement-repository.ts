import { and, eq, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type IndexEngine, knowledgeBases } from '../tables.ts'
import { askLastCommits } from './last-commits-repository.ts'

/** A base whose index is to be moved. */
export interface PlannedMove {
  baseId: string
  from: IndexEngine
  to: IndexEngine
}

const leaseEnd = (leaseMs: number) => sql`now() + make_interval(secs => ${leaseMs / 1000}::float8)`

/** Which engine holds the index of a base, and which one is to. */
export const createEnginePlacementRepository = (database: Database) => ({
  /** Of those bases that exist. */
  find: askLastCommits(database),

  /** Takes a base that is to be moved and that nobody moves. */
  async claimMove(leaseMs: number): Promise<PlannedMove | undefined> {
    const free = or(isNull(knowledgeBases.moveLeasedUntil), lt(knowledgeBases.moveLeasedUntil, sql`now()`))
    const next = database
      .select({ id: knowledgeBases.id })
      .from(knowledgeBases)
      .where(and(ne(knowledgeBases.engine, knowledgeBases.indexedBy), free))
      .limit(1)
      .for('update')
    const [row] = await database
      .update(knowledgeBases)
      .set({ moveLeasedUntil: leaseEnd(leaseMs) })
      .where(inArray(knowledgeBases.id, next))
      .returning({ baseId: knowledgeBases.id, from: knowledgeBases.indexedBy, to: knowledgeBases.engine })
    return row
  },

  async renewLease(baseId: string, leaseMs: number): Promise<void> {
    await database
      .update(knowledgeBases)
      .set({ moveLeasedUntil: leaseEnd(leaseMs) })
      .where(eq(knowledgeBases.id, baseId))
  },

  /** Makes another engine answer. False when the base is not where it was, or is not to be moved there any more. */
  async settle({ baseId, from, to }: PlannedMove): Promise<boolean> {
    const rows = await database
      .update(knowledgeBases)
      .set({ indexedBy: to, moveLeasedUntil: null })
      .where(and(eq(knowledgeBases.id, baseId), eq(knowledgeBases.indexedBy, from), eq(knowledgeBases.engine, to)))
      .returning({ id: knowledgeBases.id })
    return rows.length > 0
  },
})
