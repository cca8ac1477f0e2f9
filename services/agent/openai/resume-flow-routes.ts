import { Elysia, t } from 'elysia'
import type { GatewayClient } from '../clients/gateway-client.ts'
import { reopenFlow } from './open-flow.ts'
import { streamAnswer } from './stream-answer.ts'

/**
 * The rest of a flow's answer whose worker died: its frames are asked for again from the beginning, what the client has is left out. Asked by the
 * gateway alone, for a client that it already let in: nothing outside reaches `/internal`.
 */
export const resumeFlowRoutes = ({ gateway }: { gateway: GatewayClient }) =>
  new Elysia({ prefix: '/internal/agent/flow-runs', normalize: false }).get(
    '/:runId/chunks',
    async ({ params: { runId }, query: { id, created, model, includeUsage, after, question }, request }) => {
      const answer = await reopenFlow(gateway, { runId, question }, request.signal)
      return streamAnswer(answer, { identity: { id, created, model }, includeUsage, after })
    },
    {
      params: t.Object({ runId: t.String({ pattern: '^\\d{1,19}$' }) }),
      query: t.Object({
        id: t.String(),
        created: t.Integer(),
        model: t.String(),
        includeUsage: t.BooleanString(),
        question: t.Optional(t.String({ pattern: '^\\d{1,25}$' })),
        after: t.Integer({ minimum: 0, default: 0 }),
      }),
      detail: { hide: true },
    },
  )
