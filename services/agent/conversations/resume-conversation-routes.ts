import { Elysia, t } from 'elysia'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { streamConversationTurn } from './stream-turn.ts'

/** The rest of a conversation's stream whose worker died. Asked by the gateway alone, for a client that it already let in. */
export const resumeConversationRoutes = (dependencies: ConversationDependencies) =>
  new Elysia({ prefix: '/internal/agent/conversations', normalize: false }).get(
    '/:id/turns/:runId/events',
    ({ params: { id, runId }, query: { last, after } }) =>
      streamConversationTurn(dependencies, { conversationId: id, runId }, { lastEventId: last, delivered: after }),
    {
      params: t.Object({ id: t.String({ pattern: '^[0-9a-f]{32}$' }), runId: t.String({ pattern: '^\\d{1,19}$' }) }),
      query: t.Object({ last: t.Integer({ minimum: -1 }), after: t.Integer({ minimum: 0, default: 0 }) }),
      detail: { hide: true },
    },
  )
