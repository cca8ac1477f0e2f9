import { Elysia, t } from 'elysia'
import type { Database } from '#shared/postgres/connect.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId, PageQuery, toPage } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import { BaseNotFoundError } from '../errors.ts'
import { QuestionSetNotFoundError, QuestionsInvalidError } from './evaluation-errors.ts'
import { createQuestionSetRepository } from './question-set-repository.ts'
import {
  CreateQuestionSet,
  NumberPageQuery,
  nextAfterNumber,
  QUESTION_BYTES_MAX,
  QuestionPage,
  QuestionSet,
  QuestionSetPage,
  SetId,
  toQuestion,
  toQuestionSet,
  UploadQuestionSet,
} from './question-set-schemas.ts'
import { type ReadQuestions, readCsvQuestions, readJsonQuestions } from './read-questions.ts'
import { storeQuestionSet } from './store-question-set.ts'

const WithBaseId = t.Object({ baseId: BaseId })
const WithSetId = t.Object({ baseId: BaseId, setId: SetId })

/** Questions with the documents that ought to be found, to measure the settings of a base by. */
export const questionSetRoutes = (dependencies: { database: Database; bases: BaseRepository }) => {
  const sets = createQuestionSetRepository(dependencies.database)
  const requireBase = async (request: Request, baseId: string) => {
    if (!(await dependencies.bases.find(scopeOf(request.headers), baseId))) throw new BaseNotFoundError(baseId)
  }
  const setOf = async (request: Request, { baseId, setId }: typeof WithSetId.static) => {
    await requireBase(request, baseId)
    const set = await sets.find(baseId, setId)
    if (!set) throw new QuestionSetNotFoundError(setId)
    return set
  }
  return new Elysia({ prefix: '/api/bases/:baseId/question-sets', tags: ['knowledge'] })
    .post(
      '',
      async ({ params: { baseId }, body, request, status }) => {
        await requireBase(request, baseId)
        const read = body.csv === undefined ? readJsonQuestions(body.questions) : readCsvQuestions(body.csv)
        return status(201, toQuestionSet(await storeQuestionSet(dependencies, { baseId, name: body.name, read })))
      },
      {
        params: WithBaseId,
        body: CreateQuestionSet,
        response: { 201: QuestionSet },
        detail: {
          summary: 'Store questions with the documents that ought to be found',
          description: 'Documents are named by id or name. What is wrong is told by line or place, all of it at once.',
        },
      },
    )
    .post(
      '/upload',
      async ({ params: { baseId }, body: { file, name }, request, status }) => {
        await requireBase(request, baseId)
        const read = await readFile(file)
        const named = name ?? (file.name.replaceAll('\0', '').trim() || 'Questions')
        return status(201, toQuestionSet(await storeQuestionSet(dependencies, { baseId, name: named, read })))
      },
      {
        parse: 'formdata',
        params: WithBaseId,
        body: UploadQuestionSet,
        response: { 201: QuestionSet },
        detail: { summary: 'Upload a file of questions with the documents that ought to be found' },
      },
    )
    .get(
      '',
      async ({ params: { baseId }, query, request }) => {
        await requireBase(request, baseId)
        const page = toPage(await sets.list(baseId, query), query.limit)
        return { questionSets: page.rows.map(toQuestionSet), nextBeforeId: page.nextBeforeId }
      },
      {
        params: WithBaseId,
        query: PageQuery,
        response: { 200: QuestionSetPage },
        detail: { summary: 'List the question sets of a base' },
      },
    )
    .get('/:setId', async ({ params, request }) => toQuestionSet(await setOf(request, params)), {
      params: WithSetId,
      response: { 200: QuestionSet },
      detail: { summary: 'Show a question set' },
    })
    .get(
      '/:setId/questions',
      async ({ params, query, request }) => {
        const rows = await sets.questions((await setOf(request, params)).id, query)
        return { questions: rows.map(toQuestion), nextAfterNumber: nextAfterNumber(rows, query.limit) }
      },
      {
        params: WithSetId,
        query: NumberPageQuery,
        response: { 200: QuestionPage },
        detail: { summary: 'List the questions of a set' },
      },
    )
    .delete(
      '/:setId',
      async ({ params, request, status }) => {
        await sets.delete(params.baseId, (await setOf(request, params)).id)
        return status(204, undefined)
      },
      {
        params: WithSetId,
        response: { 204: t.Undefined() },
        detail: { summary: 'Delete a question set with its evaluations' },
      },
    )
}

const readFile = async (file: File): Promise<ReadQuestions> => {
  if (file.size > QUESTION_BYTES_MAX) {
    throw new QuestionsInvalidError([{ at: 'file', reason: `is larger than ${QUESTION_BYTES_MAX} bytes` }])
  }
  const text = await file.text()
  if (!/\.json$/i.test(file.name)) return readCsvQuestions(text)
  try {
    return readJsonQuestions(JSON.parse(text))
  } catch (error) {
    throw new QuestionsInvalidError([{ at: 'file', reason: `is no JSON: ${String(error)}` }])
  }
}
