import { type Caller, readCaller } from '#shared/http/caller.ts'
import { requireApp } from '../agents/find-agent.ts'
import type { ConversationRow } from '../tables.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { ConversationNotFoundError } from './conversation-errors.ts'
import { settleTurn } from './settle-turn.ts'

/** The app whose conversations a caller sees; undefined for all of them, which root does unless it names one. */
export const scopeOf = (caller: Caller, named?: string | undefined): string | undefined =>
  caller.role === 'root' ? (named ?? caller.appId) : requireApp(caller, undefined)

/** A conversation that the caller may see. What ended while nobody listened is in it. Throws ConversationNotFoundError. */
export const findConversation = async (
  dependencies: ConversationDependencies,
  headers: Headers,
  id: string,
): Promise<ConversationRow> => {
  const appId = scopeOf(readCaller(headers))
  const found = await dependencies.conversations.find(appId, id)
  if (!found) throw new ConversationNotFoundError(id)
  if (found.openRunId === null) return found
  if (!(await settleTurn(dependencies, { conversationId: id, runId: found.openRunId }))) return found
  const settled = await dependencies.conversations.find(appId, id)
  if (!settled) throw new ConversationNotFoundError(id)
  return settled
}
