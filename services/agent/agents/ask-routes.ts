import { Elysia, t } from 'elysia'
import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { withHeartbeats } from '#shared/http/heartbeats.ts'
import { RESUME_HEADER, withoutFirst } from '#shared/http/resumable-stream.ts'
import type { Journal } from '#shared/journal/journal.ts'
import { toPublicEvent } from '../approvals/turn-view.ts'
import type { BotStore } from '../bots/bot-store.ts'
import { RUN_ID_HEADER } from '../chat/answer-turn.ts'
import { readAnswer } from '../conversations/read-answer.ts'
import { AgentMessagesInvalidError } from '../errors.ts'
import type { MessageFiles } from '../files/message-files.ts'
import type { TurnEvent } from '../loop/turn-events.ts'
import { followTurn } from '../turns/follow-turn.ts'
import { type StartTurnDependencies, startTurn } from '../turns/start-turn.ts'
import { AgentParams, AppQuery } from './agent-schemas.ts'
import { AgentAnswer, AskAgentBody } from './ask-schemas.ts'
import { findAgent, toWhich } from './find-agent.ts'
import { type PrepareAgentTurnDependencies, prepareAgentTurn } from './prepare-agent-turn.ts'

export interface AskRoutesDependencies extends StartTurnDependencies, PrepareAgentTurnDependencies {
  bots: BotStore
  messageFiles: MessageFiles
  createSid: () => string
}

/** One turn of an agent over messages that the caller keeps, with files: what the wire's chat does, in our own terms. */
export const askRoutes = (dependencies: AskRoutesDependencies) =>
  new Elysia({ tags: ['agents'] })
    .post(
      '/api/agents/:botId/turns',
      async ({ params, query, body, request }) => {
        const which = toWhich(body.version ?? 'published')
        const bot = await findAgent(dependencies.bots, request.headers, { ...params, ...query, which })
        const { appId } = bot
        requireQuestion(body.messages)
        const messages = await Promise.all(
          body.messages.map(async ({ role, content, files = [] }) => {
            return { role, content, fileIds: await dependencies.messageFiles.resolve(appId, files, request.signal) }
          }),
        )
        const started = await prepareAgentTurn(dependencies, bot, {
          sid: dependencies.createSid(),
          appId,
          uid: body.uid,
          caller: 'api',
          messages: await dependencies.messageFiles.attach(appId, messages),
        })
        const runId = await startTurn(dependencies, started)
        const journal = await dependencies.journal()
        if (body.stream) return streamTurn(journal, runId)
        const answer = await awaitTurn(journal, runId, request.signal)
        return Response.json({ runId, answer }, { status: answer ? 200 : 202, headers: { [RUN_ID_HEADER]: runId } })
      },
      {
        params: AgentParams,
        query: AppQuery,
        body: AskAgentBody,
        detail: {
          summary: 'Ask an agent about messages that the caller keeps',
          description: 'The turn is taken whoever listens; GET /api/turns/{id} tells it again.',
          responses: {
            200: {
              description: 'The answer, or the events of GET /api/turns/{id}/events with `stream`',
              content: { 'application/json': { schema: answerSchema } },
            },
          },
        },
      },
    )
    .get(
      '/internal/agent/turns/:runId/public-events',
      async ({ params, query }) => streamTurn(await dependencies.journal(), params.runId, query.after),
      {
        params: t.Object({ runId: t.String({ pattern: '^\\d{1,19}$' }) }),
        query: t.Object({ after: t.Integer({ minimum: 0, default: 0 }) }),
        detail: { hide: true },
      },
    )

/** As plain JSON Schema, which TypeBox schemas are. */
const answerSchema: object = AgentAnswer

/** User and assistant in turn, the user first and last: what every provider takes. */
const requireQuestion = (
  messages: readonly { role: string; content: string; files?: unknown[] | undefined }[],
): void => {
  const takesTurns = messages.every(({ role }, index) => role === (index % 2 === 0 ? 'user' : 'assistant'))
  if (!takesTurns || messages.length % 2 === 0) throw new AgentMessagesInvalidError()
}

const streamTurn = (journal: Journal, runId: string, delivered = 0): Response =>
  streamResponse((signal) => withHeartbeats(withoutFirst(turnEvents(journal, runId, signal), delivered)), {
    [RUN_ID_HEADER]: runId,
    [RESUME_HEADER]: `/internal/agent/turns/${runId}/public-events`,
  })

async function* turnEvents(journal: Journal, runId: string, signal: AbortSignal): AsyncGenerator<string> {
  let sequence = 0
  for await (const event of followTurn(journal, runId, signal)) {
    yield formatEvent(JSON.stringify(toPublicEvent(event)), { id: String(sequence), event: event.type })
    sequence += 1
  }
}

/** Undefined when a person must allow a call first, or when the reader left. */
const awaitTurn = async (journal: Journal, runId: string, signal: AbortSignal) => {
  const events: TurnEvent[] = []
  for await (const event of followTurn(journal, runId, signal)) {
    events.push(event)
    if (event.type === 'approval-asked') return null
  }
  return readAnswer(events) ?? null
}
