import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { runOfEvent } from '../engine/event-id.ts'
import { EventUnknownError } from '../errors.ts'
import { answerQuestion, keyOf } from './answer-question.ts'
import type { ContinueRunDependencies } from './continue-run.ts'
import { findFlowRun } from './find-run.ts'
import { ResumeRun } from './resume-run-schemas.ts'
import { AcceptedRun } from './run-command-schemas.ts'
import { RunParams } from './run-schemas.ts'
import { toAcceptedRun } from './run-view.ts'

/** Answers to questions of runs that nobody streams. */
export const resumeRunRoutes = (dependencies: ContinueRunDependencies) =>
  new Elysia({ prefix: '/api/runs', normalize: false, tags: ['runs'] }).post(
    '/:id/resume',
    async ({ params, body, request, status }) => {
      const caller = readCaller(request.headers)
      await findFlowRun(dependencies.journal, caller, params.id)
      if (runOfEvent(body.eventId) !== params.id) throw new EventUnknownError(body.eventId)
      const answer = {
        eventId: body.eventId,
        reply: { kind: body.type, content: body.content },
        ...keyOf(request),
      }
      await answerQuestion(dependencies, caller, answer, request.signal)
      return status(202, toAcceptedRun(await findFlowRun(dependencies.journal, caller, params.id)))
    },
    {
      parse: 'json',
      params: RunParams,
      body: ResumeRun,
      response: { 202: AcceptedRun },
      detail: {
        summary: 'Answer a question that a run waits for',
        description:
          'Answers 202 once the answer is on disk: from then on it counts, and the run goes on. A question that was answered already, or that the run ' +
          'does not ask, answers 404; a request that repeats the `Idempotency-Key` of the one that answered it answers 202 again.',
      },
    },
  )
