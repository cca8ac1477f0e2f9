import { Elysia, t } from 'elysia'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId, PageQuery, toPage } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import { BaseNotFoundError } from '../errors.ts'
import { CURRENT, configurationsOf } from '../retrieval/configuration-schemas.ts'
import { cancelEvaluation } from './cancel-evaluation.ts'
import { ConfigurationUnknownError, EvaluationNotFoundError } from './evaluation-errors.ts'
import { type Changed, createEvaluationRepository, type EvaluationRow } from './evaluation-repository.ts'
import {
  AnswerPage,
  AnswerPageQuery,
  CreateEvaluation,
  Evaluation,
  EvaluationPage,
  toAnswer,
  toEvaluation,
} from './evaluation-schemas.ts'
import { nextAfterNumber } from './question-set-schemas.ts'
import { type QueueEvaluationDependencies, queueEvaluation } from './queue-evaluation.ts'

const WithBaseId = t.Object({ baseId: BaseId })
const WithEvaluationId = t.Object({ baseId: BaseId, evaluationId: t.String({ minLength: 1, maxLength: 100 }) })

/** Settings of a base, compared over a question set. */
export const evaluationRoutes = (dependencies: QueueEvaluationDependencies & { bases: BaseRepository }) => {
  const evaluations = createEvaluationRepository(dependencies.database)
  const baseOf = async (request: Request, baseId: string) => {
    const base = await dependencies.bases.find(scopeOf(request.headers), baseId)
    if (!base) throw new BaseNotFoundError(baseId)
    return base
  }
  const evaluationOf = async (request: Request, { baseId, evaluationId }: typeof WithEvaluationId.static) => {
    await baseOf(request, baseId)
    const evaluation = await evaluations.find(evaluationId, baseId)
    if (!evaluation) throw new EvaluationNotFoundError(evaluationId)
    return evaluation
  }
  return new Elysia({ prefix: '/api/bases/:baseId/evaluations', tags: ['knowledge'] })
    .post(
      '',
      async ({ params, body, request, status }) => {
        const base = await baseOf(request, params.baseId)
        const configurations = configurationsOf(body.configurations)
        const baseline = baselineOf(configurations, body.baseline)
        const row = await queueEvaluation(dependencies, { base, setId: body.questionSetId, configurations, baseline })
        return status(202, toEvaluation(row))
      },
      {
        params: WithBaseId,
        body: CreateEvaluation,
        response: { 202: Evaluation },
        detail: {
          summary: 'Compare settings over a question set',
          description:
            'Asks every question with every configuration, as a search would, and measures the documents that are found. Goes on in the background; look at it until its state is completed.',
        },
      },
    )
    .get(
      '',
      async ({ params, query, request }) => {
        const page = toPage(await evaluations.list((await baseOf(request, params.baseId)).id, query), query.limit)
        return { evaluations: page.rows.map(toEvaluation), nextBeforeId: page.nextBeforeId }
      },
      {
        params: WithBaseId,
        query: PageQuery,
        response: { 200: EvaluationPage },
        detail: { summary: 'List the evaluations of a base' },
      },
    )
    .get('/:evaluationId', async ({ params, request }) => toEvaluation(await evaluationOf(request, params)), {
      params: WithEvaluationId,
      response: { 200: Evaluation },
      detail: { summary: 'Show an evaluation, how far it came, and its figures' },
    })
    .get(
      '/:evaluationId/questions',
      async ({ params, query, request }) => {
        const evaluation = await evaluationOf(request, params)
        const page = { ...query, changed: changedOf(evaluation, query) }
        const rows = await evaluations.answers(evaluation, page)
        return { questions: rows.map(toAnswer), nextAfterNumber: nextAfterNumber(rows, query.limit) }
      },
      {
        params: WithEvaluationId,
        query: AnswerPageQuery,
        response: { 200: AnswerPage },
        detail: { summary: 'List the questions of an evaluation with what each configuration made of them' },
      },
    )
    .post(
      '/:evaluationId/cancel',
      async ({ params, request }) =>
        toEvaluation(await cancelEvaluation(dependencies, await evaluationOf(request, params))),
      {
        params: WithEvaluationId,
        response: { 200: Evaluation },
        detail: {
          summary: 'Cancel an evaluation',
          description: 'It ends within about a second and keeps the figures of the questions that were asked.',
        },
      },
    )
    .delete(
      '/:evaluationId',
      async ({ params, request, status }) => {
        const evaluation = await cancelEvaluation(dependencies, await evaluationOf(request, params))
        await evaluations.delete(evaluation.baseId, evaluation.id)
        return status(204, undefined)
      },
      { params: WithEvaluationId, response: { 204: t.Undefined() }, detail: { summary: 'Delete an evaluation' } },
    )
}

/** The one that was named, else the base as it is, else the first. */
const baselineOf = (configurations: ReturnType<typeof configurationsOf>, named: string | undefined): string => {
  const names = configurations.map(([name]) => name)
  if (named !== undefined && !names.includes(named)) throw new ConfigurationUnknownError(named, names)
  return named ?? names.find((name) => name === CURRENT) ?? names[0] ?? ''
}

const changedOf = (
  { configurations, baseline }: EvaluationRow,
  { configuration, only, measure }: typeof AnswerPageQuery.static,
): Changed | undefined => {
  if (only === undefined) return undefined
  const names = Object.keys(configurations)
  const to = configuration ?? names.find((name) => name !== baseline) ?? ''
  if (!names.includes(to)) throw new ConfigurationUnknownError(to, names)
  return { from: baseline, to, measure, only }
}
