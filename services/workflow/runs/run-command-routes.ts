import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { RunHeader } from '#shared/journal/journal.ts'
import { RunNotFoundError } from '../errors.ts'
import { type AcceptRunDependencies, acceptRun, type KeyedRequest, type PreparedRun } from './accept-run.ts'
import { cancelRun } from './cancel-run.ts'
import { forkRun } from './fork-run.ts'
import { type PrepareRunDependencies, prepareRun } from './prepare-run.ts'
import { requireAppOf } from './require-app.ts'
import { AcceptedRun, CreateRun, ForkRun, RunCommandHeaders } from './run-command-schemas.ts'
import { RunParams } from './run-schemas.ts'
import { toAcceptedRun } from './run-view.ts'

export interface RunCommandDependencies extends AcceptRunDependencies, PrepareRunDependencies {}

/** Starts and ends runs that nobody waits for. */
export const runCommandRoutes = (dependencies: RunCommandDependencies) =>
  new Elysia({ prefix: '/api/runs', normalize: false, tags: ['runs'] })
    .post(
      '',
      async ({ body, headers, request, status }) => {
        const caller = readCaller(request.headers)
        const appId = requireAppOf(caller)
        const { header, isNew } = await accept(
          dependencies,
          () => prepareRun(dependencies, { ...body, parameters: body.parameters ?? {}, appId, caller }),
          keyed(appId, headers['idempotency-key'], { run: body }),
        )
        return status(isNew ? 202 : 200, toAcceptedRun(header))
      },
      {
        parse: 'json',
        body: CreateRun,
        headers: RunCommandHeaders,
        response: { 200: AcceptedRun, 202: AcceptedRun },
        detail: {
          summary: 'Queue a run of a flow',
          description:
            'Answers 202 once the run is on disk: from then on it reaches its end whatever happens. Follow it at `/api/runs/{id}` or `/api/runs/{id}/events`. ' +
            'With an `Idempotency-Key` that was used for the same body before, answers 200 with that run; for another body, 409.',
        },
      },
    )
    .post(
      '/:id/cancel',
      async ({ params, request, status }) => {
        const header = await cancelRun(dependencies, readCaller(request.headers), params.id)
        return status(header.state === 'cancelled' ? 200 : 202, toAcceptedRun(header))
      },
      {
        params: RunParams,
        response: { 200: AcceptedRun, 202: AcceptedRun },
        detail: {
          summary: 'Cancel a run',
          description:
            'Answers 202 once the request is on disk; the run ends within seconds as `cancelled`, wherever it is executed or waits. Asking again changes nothing. ' +
            'A run that completed or failed answers 409.',
        },
      },
    )
    .post(
      '/:id/fork',
      async ({ params, body, headers, request, status }) => {
        const caller = readCaller(request.headers)
        const { header, isNew } = await accept(
          dependencies,
          () => forkRun(dependencies, { ...body, caller, runId: params.id }),
          keyed(caller.appId ?? '', headers['idempotency-key'], { fork: params.id, ...body }),
        )
        return status(isNew ? 202 : 200, toAcceptedRun(header))
      },
      {
        parse: 'json',
        params: RunParams,
        body: ForkRun,
        headers: RunCommandHeaders,
        response: { 200: AcceptedRun, 202: AcceptedRun },
        detail: {
          summary: 'Run a flow again from a node of a past run',
          description:
            'The new run has the version of the old one and takes over what its nodes gave, except for `fromNodeId`, mocked nodes and all that follows them. ' +
            'Without `fromNodeId` it goes on where the old one failed. With `parameters` the start node is executed again too.',
        },
      },
    )

const keyed = (appId: string, key: string | undefined, asked: unknown): KeyedRequest | undefined =>
  key === undefined ? undefined : { appId, key: `api:${key}`, asked }

const accept = async (
  dependencies: RunCommandDependencies,
  prepare: () => Promise<PreparedRun>,
  request: KeyedRequest | undefined,
): Promise<{ header: RunHeader; isNew: boolean }> => {
  const { runId, isNew } = await acceptRun(dependencies, prepare, request)
  const header = await dependencies.journal.find(runId)
  if (!header) throw new RunNotFoundError(runId)
  return { header, isNew }
}
