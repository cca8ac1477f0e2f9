import { Elysia } from 'elysia'
import { RunNotFoundError } from '../errors.ts'
import { isFinal, toRunEvent } from '../runs/run-event-log.ts'
import type { FollowRun } from '../runs/run-tail.ts'
import { toRunView } from '../runs/run-view.ts'
import { type ReceiveHookDependencies, receiveHook } from './receive-hook.ts'
import { HookAnswer, HookParams, HookQuery } from './webhook-schemas.ts'

const SECOND_MS = 1_000

export interface HookRoutesDependencies extends ReceiveHookDependencies {
  follow: FollowRun
}

/** Where deliveries arrive: open to whoever knows an address. */
export const hookRoutes = (dependencies: HookRoutesDependencies) =>
  new Elysia({ prefix: '/api/hooks', normalize: false, tags: ['triggers'] }).post(
    '/:token',
    async ({ params, query, request, status }) => {
      const { runId } = await receiveHook(dependencies, params.token, request)
      if (query.wait > 0) {
        const patience = AbortSignal.timeout(query.wait * SECOND_MS)
        await untilEnd(dependencies.follow, runId, AbortSignal.any([patience, request.signal]))
      }
      const answer = await describe(dependencies, runId, query.wait > 0)
      return status(answer.result ? 200 : 202, answer)
    },
    {
      parse: 'none',
      params: HookParams,
      query: HookQuery,
      response: { 200: HookAnswer, 202: HookAnswer },
      detail: {
        summary: 'Deliver to a webhook',
        description:
          'Needs no other credentials. Answers 202 once the run is on disk, or with `wait`, 200 with its result when it ends in time. ' +
          'A delivery id (`X-Delivery-Id`, `X-GitHub-Delivery`, `X-Gitlab-Event-UUID`, `Webhook-Id`, `Idempotency-Key`) that comes again within a day names the same run.',
        security: [],
        requestBody: { content: { 'application/json': { example: { AGENT_USER_INPUT: 'Hello' }, schema: {} } } },
      },
    },
  )

/** Resolves when the run has ended, or when the signal aborts. */
const untilEnd = async (follow: FollowRun, runId: string, signal: AbortSignal): Promise<void> => {
  for await (const { event } of follow(runId, -1, signal)) if (isFinal(toRunEvent(event))) return
}

/** Who does not wait is told of the run alone, however quick it was. */
const describe = async ({ journal }: HookRoutesDependencies, runId: string, waited: boolean) => {
  const header = await journal.find(runId)
  if (!header) throw new RunNotFoundError(runId)
  if (!waited || header.finishedAt === undefined) return { id: runId, state: header.state, result: null, error: null }
  const { result, error } = toRunView(
    header,
    (await journal.read(runId, -1)).map(({ event }) => toRunEvent(event)),
  )
  return { id: runId, state: header.state, result, error }
}
