import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { Journal } from '#shared/journal/journal.ts'
import type { PlanCache } from '../flows/plan-cache.ts'
import { findFlowRun } from './find-run.ts'
import { RunTrace, RunVariables } from './run-debug-schemas.ts'
import { toRunEvent } from './run-event-log.ts'
import { RunParams } from './run-schemas.ts'
import { toTrace } from './trace-view.ts'
import { toVariables } from './variables-view.ts'

export interface RunDebugDependencies {
  journal: Journal
  plans: PlanCache
}

/** Where a run's time went, and what its nodes read and gave: projections of its journal. */
export const runDebugRoutes = ({ journal, plans }: RunDebugDependencies) => {
  const read = async (request: Request, runId: string) => {
    const header = await findFlowRun(journal, readCaller(request.headers), runId)
    return { header, events: (await journal.read(header.id, -1)).map(({ event }) => toRunEvent(event)) }
  }
  return new Elysia({ prefix: '/api/runs', normalize: false, tags: ['runs'] })
    .get(
      '/:id/trace',
      async ({ params, request }) => {
        const { header, events } = await read(request, params.id)
        return { spans: toTrace({ header, events, plan: await plans.load(header.subjectVersion), now: Date.now() }) }
      },
      {
        params: RunParams,
        response: RunTrace,
        detail: {
          summary: 'Read where a run’s time went',
          description:
            'Spans with their parents: the run, its nodes and their rounds and waits, and as `engine` the time in which no node was at work. Times are ' +
            'milliseconds to the microsecond, of the workers’ clocks.',
        },
      },
    )
    .get(
      '/:id/variables',
      async ({ params, request }) => ({ nodes: toVariables((await read(request, params.id)).events) }),
      {
        params: RunParams,
        response: RunVariables,
        detail: { summary: 'Read what the nodes of a run read and gave' },
      },
    )
}
