import { Elysia, t } from 'elysia'
import type { Journal } from '#shared/journal/journal.ts'
import { streamTurnFrames } from '../chat/answer-turn.ts'
import { RunUnknownError } from '../errors.ts'
import { streamAnswer } from '../openai/stream-answer.ts'
import { turnDeltas } from '../openai/turn-deltas.ts'
import { splitTurn } from './turn-journal.ts'

const WithRunId = t.Object({ runId: t.String({ pattern: '^\\d{1,19}$' }) })
const After = t.Integer({ minimum: 0, default: 0 })
const hidden = { detail: { hide: true } }

/**
 * The rest of a turn's stream whose worker died, in either of its forms. Asked by the gateway alone, for a client that it already let in:
 * nothing outside reaches `/internal`.
 */
export const resumeTurnRoutes = ({ journal }: { journal: () => Promise<Journal> }) =>
  new Elysia({ prefix: '/internal/agent/turns', normalize: false })
    .get(
      '/:runId/frames',
      async ({ params: { runId }, query }) => {
        const { sid } = await findStarted(await journal(), runId)
        return streamTurnFrames(await journal(), { sid, runId }, query.after)
      },
      { params: WithRunId, query: t.Object({ after: After }), ...hidden },
    )
    .get(
      '/:runId/chunks',
      async ({ params: { runId }, query: { id, created, model, includeUsage, after } }) => {
        const opened = await journal()
        await findStarted(opened, runId)
        const answer = {
          runId,
          chunksPath: `/internal/agent/turns/${runId}/chunks`,
          deltas: (signal: AbortSignal) => turnDeltas(opened, runId, signal),
        }
        return streamAnswer(answer, { identity: { id, created, model }, includeUsage, after })
      },
      {
        params: WithRunId,
        query: t.Object({
          id: t.String(),
          created: t.Integer(),
          model: t.String(),
          includeUsage: t.BooleanString(),
          after: After,
        }),
        ...hidden,
      },
    )

const findStarted = async (journal: Journal, runId: string) => {
  const events = await journal.read(runId, -1)
  if (events.length === 0) throw new RunUnknownError(runId)
  return splitTurn(events.map(({ event }) => event)).started
}
