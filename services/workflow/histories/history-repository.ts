import { and, desc, eq, lt, ne, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import type { HistoryScope, HistoryStore } from '../engine/flow-services.ts'
import { workflowNodeHistory as rounds } from '../tables.ts'

/** Rounds kept of one node in one conversation; the original reads as many. */
const ROUNDS_KEPT_MAX = 10

/** What nodes asked models in earlier runs. */
export const createHistoryRepository = (database: Database): HistoryStore => ({
  async remember(scope, round) {
    await database.transaction(async (transaction) => {
      const row = { ...scope, roundKey: round.key, rawQuestion: round.question, rawAnswer: round.answer }
      await transaction.insert(rounds).values(row).onConflictDoNothing()
      const oldestKept = transaction
        .select({ id: rounds.id })
        .from(rounds)
        .where(inScope(scope))
        .orderBy(desc(rounds.id))
        .offset(ROUNDS_KEPT_MAX - 1)
        .limit(1)
      await transaction.delete(rounds).where(and(inScope(scope), lt(rounds.id, sql`(${oldestKept})`)))
    })
  },

  async recall(scope, exceptKey) {
    const newest = await database
      .select({ question: rounds.rawQuestion, answer: rounds.rawAnswer })
      .from(rounds)
      .where(and(inScope(scope), ne(rounds.roundKey, exceptKey)))
      .orderBy(desc(rounds.id))
      .limit(ROUNDS_KEPT_MAX)
    return newest.reverse()
  },
})

const inScope = (scope: HistoryScope) =>
  and(
    eq(rounds.flowId, scope.flowId),
    eq(rounds.nodeId, scope.nodeId),
    eq(rounds.appId, scope.appId),
    eq(rounds.uid, scope.uid),
    eq(rounds.chatId, scope.chatId),
  )
