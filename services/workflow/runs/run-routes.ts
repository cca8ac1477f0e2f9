import { Elysia } from 'elysia'
import type { TurnEvent } from '#contracts/agent'
import type { IngestionEvent } from '#contracts/knowledge'
import { readCaller } from '#shared/http/caller.ts'
import type { Journal } from '#shared/journal/journal.ts'
import { findRun } from './find-run.ts'
import { toIngestionView } from './ingestion-view.ts'
import { RUN_KIND, toRunEvent } from './run-event-log.ts'
import { Run, RunPage, RunParams, RunQuery } from './run-schemas.ts'
import type { FollowRun } from './run-tail.ts'
import { toRunSummary, toRunView } from './run-view.ts'
import { streamRunEvents } from './stream-run-events.ts'
import { toTurnView } from './turn-view.ts'

/** Kind of the agent service's runs. Only that service writes them, as its contract says. */
const TURN_KIND = 'agent'
/** And of the knowledge service's. */
const INGESTION_KIND = 'ingestion'

export interface RunRoutesDependencies {
  journal: Journal
  follow: FollowRun
  heartbeatMs: number
}

/** What happened and what happens: runs of every kind, straight from the journal. */
export const runRoutes = (dependencies: RunRoutesDependencies) =>
  new Elysia({ prefix: '/api/runs', normalize: false, tags: ['runs'] })
    .get(
      '',
      async ({ query, request }) => {
        const { appId } = readCaller(request.headers)
        const runs = await dependencies.journal.list({ ...query, ...(appId === undefined ? {} : { appId }) })
        const oldest = runs.length === query.limit ? runs.at(-1) : undefined
        return { runs: runs.map(toRunSummary), nextBeforeId: oldest?.id ?? null }
      },
      { query: RunQuery, response: RunPage, detail: { summary: 'List runs, newest first' } },
    )
    .get(
      '/:id',
      async ({ params, request }) => {
        const header = await findRun(dependencies.journal, readCaller(request.headers), params.id)
        const events = (await dependencies.journal.read(header.id, -1)).map(({ event }) => event)
        if (header.kind === RUN_KIND) return toRunView(header, events.map(toRunEvent))
        if (header.kind === TURN_KIND) return toTurnView(header, events as unknown as TurnEvent[])
        if (header.kind === INGESTION_KIND) return toIngestionView(header, events as unknown as IngestionEvent[])
        return toRunView(header, [])
      },
      { params: RunParams, response: Run, detail: { summary: 'Read a run: state, result, error, usage, nodes' } },
    )
    .get(
      '/:id/events',
      async ({ params, request }) => {
        const { id } = await findRun(dependencies.journal, readCaller(request.headers), params.id)
        return streamRunEvents(dependencies, { runId: id, lastEventId: request.headers.get('last-event-id') })
      },
      {
        params: RunParams,
        detail: {
          summary: 'Follow a run as server-sent events',
          description:
            'Each event has its number as `id`, its type as `event` and its JSON as `data`. Send the last number as `Last-Event-ID` to go on after it. ' +
            'The stream ends when the run has ended; comments keep it alive meanwhile.',
          responses: {
            200: {
              description: 'The events of the run.',
              content: {
                'text/event-stream': {
                  schema: { type: 'string' },
                  example: 'id: 1\nevent: node-started\ndata: {"type":"node-started","nodeId":"node-start::start"}\n\n',
                },
              },
            },
          },
        },
      },
    )
