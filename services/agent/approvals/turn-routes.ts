import { Elysia } from 'elysia'
import { type Caller, readCaller } from '#shared/http/caller.ts'
import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { withHeartbeats } from '#shared/http/heartbeats.ts'
import { followRun } from '#shared/journal/follow-run.ts'
import type { Journal } from '#shared/journal/journal.ts'
import type { StartTurnDependencies } from '../turns/start-turn.ts'
import { toTurnEvent } from '../turns/turn-journal.ts'
import { cancelTurn } from './cancel-turn.ts'
import { decideApproval } from './decide-approval.ts'
import { findTurn, findTurnHeader } from './find-turn.ts'
import { listApprovals } from './list-approvals.ts'
import { ApprovalPage, ApprovalQuery, DecisionBody, Turn, TurnParams } from './turn-schemas.ts'
import { toApproval, toPublicEvent, toTurn } from './turn-view.ts'

/** `/api/turns` and `/api/approvals`: one answer of an agent each, and what of it waits for a person. */
export const turnRoutes = (dependencies: StartTurnDependencies) =>
  new Elysia({ tags: ['turns'] })
    .get(
      '/api/approvals',
      async ({ query, request }) => {
        const caller = readCaller(request.headers)
        const { waiting, nextBeforeId } = await listApprovals(await dependencies.journal(), {
          ...query,
          ...appOf(caller),
        })
        const approvals = waiting.flatMap(({ header, started, asked }) =>
          asked.map((question) => ({
            turnId: header.id,
            appId: header.appId,
            botId: started.botId,
            ...toApproval(question),
          })),
        )
        return { approvals, nextBeforeId }
      },
      {
        query: ApprovalQuery,
        response: { 200: ApprovalPage },
        detail: { summary: 'List calls that wait for a person' },
      },
    )
    .get(
      '/api/turns/:id',
      async ({ params, request }) =>
        toTurn(await findTurn(await dependencies.journal(), readCaller(request.headers), params.id)),
      { params: TurnParams, response: { 200: Turn }, detail: { summary: 'One turn of an agent' } },
    )
    .get(
      '/api/turns/:id/events',
      async ({ params, request }) => {
        const journal = await dependencies.journal()
        await findTurnHeader(journal, readCaller(request.headers), params.id)
        return streamEvents(journal, params.id, request.headers.get('last-event-id'))
      },
      {
        params: TurnParams,
        detail: {
          summary: 'Follow the events of a turn',
          description: 'Server-sent events until the turn ends. `Last-Event-ID` goes on after an event that was read.',
          responses: {
            200: {
              description: 'Events, each with its number as id',
              content: {
                'text/event-stream': { schema: { type: 'string' }, examples: { one: { value: EVENT_EXAMPLE } } },
              },
            },
          },
        },
      },
    )
    .post(
      '/api/turns/:id/approvals',
      async ({ params, body, request }) => {
        const caller = readCaller(request.headers)
        const decision = { turnId: params.id, ...body, reason: body.reason ?? '' }
        await decideApproval(dependencies, caller, { decision, signal: request.signal })
        return toTurn(await findTurn(await dependencies.journal(), caller, params.id))
      },
      {
        params: TurnParams,
        body: DecisionBody,
        response: { 200: Turn },
        detail: {
          summary: 'Allow or refuse a call of a turn',
          description:
            'The decision is on disk when this answers, and the turn goes on once all of its calls are decided, on the stream that its client still holds. ' +
            'Another hash than the call has answers 409. Deciding again in the same way changes nothing.',
        },
      },
    )
    .post(
      '/api/turns/:id/cancel',
      async ({ params, request }) => {
        const journal = await dependencies.journal()
        const caller = readCaller(request.headers)
        await cancelTurn(journal, caller, params.id)
        return toTurn(await findTurn(journal, caller, params.id))
      },
      {
        params: TurnParams,
        response: { 200: Turn },
        detail: {
          summary: 'Cancel a turn',
          description:
            'The request is on disk when this answers; the turn ends within seconds, wherever it is executed or waits. Asking again changes nothing.',
        },
      },
    )

const EVENT_EXAMPLE =
  'id: 3\nevent: model-delta\ndata: {"type":"model-delta","round":0,"content":"Hello","reasoning":""}\n\n'

/** Root sees all turns, unless it names an app. */
const appOf = (caller: Caller): { appId?: string } =>
  caller.role === 'root' && caller.appId === undefined ? {} : { appId: caller.appId ?? '' }

const streamEvents = (journal: Journal, turnId: string, lastEventId: string | null): Response => {
  const after = /^\d{1,9}$/.test(lastEventId ?? '') ? Number(lastEventId) : -1
  async function* produce(signal: AbortSignal): AsyncGenerator<string> {
    for await (const { event, sequence } of followRun(journal, turnId, after, signal)) {
      const shown = toPublicEvent(toTurnEvent(event))
      yield formatEvent(JSON.stringify(shown), { id: String(sequence), event: event.type })
    }
  }
  return streamResponse((signal) => withHeartbeats(produce(signal)))
}
