import { and, asc, desc, eq, gt, gte, isNotNull, isNull, lt, lte } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import {
  acceptedTurns,
  type ConversationRow,
  conversationMessages,
  conversations,
  type MessageRow,
  type NewMessage,
} from '../tables.ts'

export type ConversationRepository = ReturnType<typeof createConversationRepository>

/** SQL only. Times and ids are given by the caller; every look-up of a user names the app. */
export const createConversationRepository = (database: Database) => ({
  async insert(row: typeof conversations.$inferInsert): Promise<ConversationRow> {
    const [inserted] = await database.insert(conversations).values(row).returning()
    if (!inserted) throw new Error('An inserted conversation was not returned.')
    return inserted
  },

  /** Of one app, or of any (`undefined`, for root). */
  async find(appId: string | undefined, id: string): Promise<ConversationRow | undefined> {
    const [row] = await database
      .select()
      .from(conversations)
      .where(and(eq(conversations.id, id), appId === undefined ? undefined : eq(conversations.appId, appId)))
    return row
  },

  /** Held against other writers until the transaction ends. */
  async findForUpdate(id: string): Promise<ConversationRow | undefined> {
    const [row] = await database.select().from(conversations).where(eq(conversations.id, id)).for('update')
    return row
  },

  /** Newest first, by the id, which begins with the time of its making. */
  async list(
    filter: { appId?: string | undefined; uid?: string | undefined; botId?: string | undefined },
    page: { before?: string | undefined; limit: number },
  ): Promise<ConversationRow[]> {
    return database
      .select()
      .from(conversations)
      .where(
        and(
          filter.appId === undefined ? undefined : eq(conversations.appId, filter.appId),
          filter.uid === undefined ? undefined : eq(conversations.uid, filter.uid),
          filter.botId === undefined ? undefined : eq(conversations.botId, filter.botId),
          page.before === undefined ? undefined : lt(conversations.id, page.before),
        ),
      )
      .orderBy(desc(conversations.id))
      .limit(page.limit)
  },

  async update(id: string, changes: Partial<ConversationRow>): Promise<ConversationRow | undefined> {
    const [row] = await database.update(conversations).set(changes).where(eq(conversations.id, id)).returning()
    return row
  },

  /** With all its messages. */
  async remove(id: string): Promise<void> {
    await database.delete(conversations).where(eq(conversations.id, id))
    await database.delete(conversationMessages).where(eq(conversationMessages.conversationId, id))
    await database.delete(acceptedTurns).where(eq(acceptedTurns.conversationId, id))
  },

  /** Nothing when a summary is due or being made already. */
  async markSummaryDue(id: string, at: Date): Promise<void> {
    await database
      .update(conversations)
      .set({ summaryDueAt: at })
      .where(and(eq(conversations.id, id), isNull(conversations.summaryDueAt)))
  },

  /** Stores a summary, unless another one was meanwhile. */
  async storeSummary(
    id: string,
    { summary, summarisedBefore, known }: { summary: string; summarisedBefore: number; known: number },
  ): Promise<void> {
    await database
      .update(conversations)
      .set({ summary, summarisedBefore, summaryDueAt: null })
      .where(and(eq(conversations.id, id), eq(conversations.summarisedBefore, known)))
  },

  async insertMessage(row: NewMessage): Promise<MessageRow> {
    const [inserted] = await database.insert(conversationMessages).values(row).returning()
    if (!inserted) throw new Error('An inserted message was not returned.')
    return inserted
  },

  /** Ascending. Without `replaced`, what counts alone. */
  async listMessages(
    conversationId: string,
    page: { after: number; limit: number; replaced?: boolean },
  ): Promise<MessageRow[]> {
    return database
      .select()
      .from(conversationMessages)
      .where(
        and(
          eq(conversationMessages.conversationId, conversationId),
          gt(conversationMessages.sequence, page.after),
          page.replaced ? undefined : isNull(conversationMessages.replacedBy),
        ),
      )
      .orderBy(asc(conversationMessages.sequence))
      .limit(page.limit)
  },

  /** The last messages that count from a number on, ascending. */
  async lastMessages(conversationId: string, page: { from: number; limit: number }): Promise<MessageRow[]> {
    const rows = await database
      .select()
      .from(conversationMessages)
      .where(
        and(
          eq(conversationMessages.conversationId, conversationId),
          gte(conversationMessages.sequence, page.from),
          isNull(conversationMessages.replacedBy),
        ),
      )
      .orderBy(desc(conversationMessages.sequence))
      .limit(page.limit)
    return rows.reverse()
  },

  async hasTurn(conversationId: string, runId: string): Promise<boolean> {
    const [row] = await database
      .select({ sequence: conversationMessages.sequence })
      .from(conversationMessages)
      .where(and(eq(conversationMessages.conversationId, conversationId), eq(conversationMessages.runId, runId)))
      .limit(1)
    return row !== undefined
  },

  /** What a turn was answered with; undefined while it has not been. */
  async findAnswer(conversationId: string, runId: string): Promise<MessageRow | undefined> {
    const [row] = await database
      .select()
      .from(conversationMessages)
      .where(
        and(
          eq(conversationMessages.conversationId, conversationId),
          eq(conversationMessages.runId, runId),
          eq(conversationMessages.role, 'assistant'),
        ),
      )
    return row
  },

  async replaceMessages(conversationId: string, from: number, replacedBy: string): Promise<void> {
    await database
      .update(conversationMessages)
      .set({ replacedBy })
      .where(
        and(
          eq(conversationMessages.conversationId, conversationId),
          gte(conversationMessages.sequence, from),
          isNull(conversationMessages.replacedBy),
        ),
      )
  },

  async insertAccepted(row: typeof acceptedTurns.$inferInsert): Promise<void> {
    await database.insert(acceptedTurns).values(row)
  },

  async removeAccepted(runId: string): Promise<void> {
    await database.delete(acceptedTurns).where(eq(acceptedTurns.runId, runId))
  },

  /** Turns that were accepted before a moment and that nobody has told to be in the journal. */
  async listAccepted(before: Date, limit: number) {
    return database
      .select()
      .from(acceptedTurns)
      .where(lt(acceptedTurns.createdAt, before))
      .orderBy(asc(acceptedTurns.createdAt))
      .limit(limit)
  },

  /** Conversations with a turn that is being taken, by id. */
  async listOpen(after: string, limit: number): Promise<ConversationRow[]> {
    return database
      .select()
      .from(conversations)
      .where(and(isNotNull(conversations.openRunId), gt(conversations.id, after)))
      .orderBy(asc(conversations.id))
      .limit(limit)
  },

  /** Takes one conversation whose summary is due, until `leaseUntil`. */
  async takeDueSummary(now: Date, leaseUntil: Date): Promise<ConversationRow | undefined> {
    return database.transaction(async (transaction) => {
      const [due] = await transaction
        .select()
        .from(conversations)
        .where(lte(conversations.summaryDueAt, now))
        .orderBy(asc(conversations.summaryDueAt))
        .limit(1)
        .for('update', { skipLocked: true })
      if (!due) return undefined
      const [taken] = await transaction
        .update(conversations)
        .set({ summaryDueAt: leaseUntil })
        .where(eq(conversations.id, due.id))
        .returning()
      return taken
    })
  },
})
