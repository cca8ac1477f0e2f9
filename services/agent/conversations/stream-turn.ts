import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { withHeartbeats } from '#shared/http/heartbeats.ts'
import { RESUME_HEADER, withoutFirst } from '#shared/http/resumable-stream.ts'
import { followRun } from '#shared/journal/follow-run.ts'
import { toPublicEvent } from '../approvals/turn-view.ts'
import { RUN_ID_HEADER } from '../chat/answer-turn.ts'
import { toTurnEvent } from '../turns/turn-journal.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { toMessage } from './conversation-schemas.ts'
import { type OpenTurn, settleTurn } from './settle-turn.ts'
import { noteSummary } from './summarise-conversation.ts'

export interface TurnStreamPosition {
  /** Number of the last event that the client has; -1 for none. */
  lastEventId: number
  /** Events of this very stream that another worker has delivered already. */
  delivered: number
}

/**
 * A turn as server-sent events: those of GET /api/turns/{id}/events, each with its number as id, and at the end `message` with the answer as the
 * conversation keeps it. Another worker can go on with it, and a client can with `Last-Event-ID`.
 */
export const streamConversationTurn = (
  dependencies: ConversationDependencies,
  turn: OpenTurn,
  { lastEventId, delivered }: TurnStreamPosition = { lastEventId: -1, delivered: 0 },
): Response => {
  const { conversationId, runId } = turn
  return streamResponse(
    (signal) => withHeartbeats(withoutFirst(turnEvents(dependencies, turn, { lastEventId, signal }), delivered)),
    {
      [RUN_ID_HEADER]: runId,
      [RESUME_HEADER]: `/internal/agent/conversations/${conversationId}/turns/${runId}/events?last=${lastEventId}`,
    },
  )
}

async function* turnEvents(
  dependencies: ConversationDependencies,
  turn: OpenTurn,
  { lastEventId, signal }: { lastEventId: number; signal: AbortSignal },
): AsyncGenerator<string> {
  const journal = await dependencies.journal()
  let last = lastEventId
  for await (const { event, sequence } of followRun(journal, turn.runId, lastEventId, signal)) {
    last = sequence
    const shown = toPublicEvent(toTurnEvent(event))
    yield formatEvent(JSON.stringify(shown), { id: String(sequence), event: event.type })
    if (event.type === 'finished') break
  }
  if (signal.aborted) return
  const message = await settleTurn(dependencies, turn)
  if (!message) return
  yield formatEvent(JSON.stringify(toMessage(message)), { id: String(last), event: 'message' })
  await noteSummary(dependencies, turn.conversationId)
}
