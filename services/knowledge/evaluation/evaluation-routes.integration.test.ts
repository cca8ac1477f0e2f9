import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startMeaningModels } from '../test/meaning-models.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { AnswerPage, Evaluation } from './evaluation-schemas.ts'
import type { QuestionSet } from './question-set-schemas.ts'

type Problem = { status: number; code?: string; detail?: string }

const setUp = async () => {
  const knowledge = await temporaryKnowledge()
  const models = await startMeaningModels(knowledge.dependencies)
  const baseId = await knowledge.createBase({ retrieval: { embeddingModel: 'embedder', mode: 'lexical' } })
  const names = ['dog', 'cat', 'car', 'tree', 'river', 'bread']
  for (const name of names) {
    const text = `The ${name} is here. Nothing else than the ${name} is of interest on this page about the ${name}.`
    await knowledge.settled((await knowledge.upload(baseId, text, { name: `${name}.txt` })).body.id)
  }
  const call = async <Body>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    const response = await callApp(knowledge.app, `${method} /api/bases/${baseId}${path}` as 'GET /', {
      headers: APP,
      body,
    })
    return { ...(response.body as Body & Problem), status: response.status }
  }
  const ended = (id: string) =>
    waitFor(
      async () => {
        const evaluation = await call<typeof Evaluation.static>('GET', `/evaluations/${id}`)
        return evaluation.state === 'queued' || evaluation.state === 'running' ? undefined : evaluation
      },
      { what: 'the evaluation to end', timeoutMs: 45_000 },
    )
  return {
    ...{ knowledge, models, baseId, call, ended },
    async [Symbol.asyncDispose]() {
      await knowledge[Symbol.asyncDispose]()
      await models[Symbol.asyncDispose]()
    },
  }
}

/** Words find the first four, meaning finds the last two as well. */
const CSV = [
  'question,documents,grade',
  'dog,dog.txt,2',
  'dog,cat.txt,1',
  'tree,tree.txt,',
  'river,river.txt,',
  'bread,bread.txt,',
  'canine,dog.txt,',
  'automobile,car.txt,',
].join('\n')

test('settings are compared over a question set: figures, differences, and the questions that got better', async () => {
  await using world = await setUp()
  const { call, ended } = world
  const set = await call<typeof QuestionSet.static>('POST', '/question-sets', { name: 'Words', csv: CSV })
  expect(set).toMatchObject({ status: 201, questionCount: 6 })
  const configurations = { 'with meaning': { mode: 'hybrid' }, current: {}, 'judged words': { rerankModel: 'judge' } }
  const queued = await call<typeof Evaluation.static>('POST', '/evaluations', { questionSetId: set.id, configurations })
  expect(queued).toMatchObject({ status: 202, state: 'queued', questionsDone: 0, results: null })

  const evaluation = await ended(queued.id)
  expect(evaluation).toMatchObject({ state: 'completed', questionsDone: 6, failureReason: null })
  const { results } = evaluation
  expect(results).toMatchObject({ questions: 6, baseline: 'current' })
  const scoresOf = (name: string) => results?.configurations[name]?.scores
  // Four of six questions hold a word of their document; a grade of 1 for the cat is missed by words.
  expect(scoresOf('current')).toMatchObject({ recall10: 3.5 / 6, hit10: 4 / 6, reciprocalRank: 4 / 6 })
  expect(scoresOf('with meaning')?.hit10).toBe(1)
  expect(results?.configurations.current?.modelCalls).toEqual({ embeddingTokens: 0, rerankTokens: 0, cost: null })
  expect(results?.configurations['with meaning']?.modelCalls.embeddingTokens).toBeGreaterThan(0)
  expect(results?.configurations['judged words']?.modelCalls.rerankTokens).toBeGreaterThan(0)
  expect(results?.comparisons['with meaning']?.hit10).toMatchObject({ better: 2, worse: 0, same: 4 })
  expect(results?.comparisons['with meaning']?.hit10?.difference).toBeCloseTo(1 / 3, 10)

  const better = await call<typeof AnswerPage.static>(
    ...(['GET', `/evaluations/${queued.id}/questions?configuration=with%20meaning&only=better&measure=hit10`] as const),
  )
  expect(better.questions.map(({ question }) => question)).toEqual(['canine', 'automobile'])
  expect(better.questions[0]?.configurations['with meaning']?.firstRank).toBe(1)
  expect(better.questions[0]?.configurations.current?.found).toEqual([])
  const page = await call<typeof AnswerPage.static>('GET', `/evaluations/${queued.id}/questions?limit=4`)
  expect([page.questions.length, page.nextAfterNumber]).toEqual([4, 3])
  const unknown = await call('GET', `/evaluations/${queued.id}/questions?configuration=x&only=worse`)
  expect(unknown).toMatchObject({ status: 422, code: 'KNOWLEDGE_CONFIGURATION_UNKNOWN' })

  const listed = await call<{ evaluations: { id: string }[] }>('GET', '/evaluations')
  expect(listed.evaluations.map(({ id }) => id)).toEqual([queued.id])
  for (const path of [`/evaluations/${queued.id}`, '/evaluations', `/question-sets/${set.id}`, '/question-sets']) {
    const route = `GET /api/bases/${world.baseId}${path}` as const
    const headers = { ...APP, 'x-consumer-username': 'rival' }
    expect((await callApp(world.knowledge.app, route, { headers })).status).toBe(404)
  }
  expect((await call('DELETE', `/question-sets/${set.id}`)).status).toBe(204)
  expect((await call('GET', `/evaluations/${queued.id}`)).code).toBe('KNOWLEDGE_EVALUATION_NOT_FOUND')
}, 120_000)

test('questions are refused with everything that is wrong in them, by line', async () => {
  await using world = await setUp()
  const { call, knowledge, baseId } = world
  const another = (await knowledge.upload(baseId, 'Another dog.', { name: 'dog.txt' })).body
  const csv = 'fine,cat.txt\nunknown,nothing.txt\nambiguous,dog.txt\n'
  const refused = await call('POST', '/question-sets', { name: 'Wrong', csv })
  expect(refused).toMatchObject({ status: 422, code: 'KNOWLEDGE_QUESTIONS_INVALID' })
  expect(refused.detail).toBe(
    'The questions cannot be used: line 2 names nothing.txt, and the base has no such document; line 3 names dog.txt, and 2 documents have this name: use an id.',
  )
  const questions = [{ question: 'by id', expected: [{ document: another.id, grade: 3 }] }]
  expect(await call('POST', '/question-sets', { name: 'Right', questions })).toMatchObject({
    status: 201,
    questionCount: 1,
  })
  expect((await call('POST', '/question-sets', { name: 'Empty' })).status).toBe(422)

  const form = new FormData()
  form.set('file', new File(['cat?,cat.txt'], 'cats.csv'))
  const url = `http://app.test/api/bases/${baseId}/question-sets/upload`
  const uploaded = await knowledge.app.handle(new Request(url, { method: 'POST', body: form, headers: APP }))
  expect(uploaded.status).toBe(201)
  const set = (await uploaded.json()) as typeof QuestionSet.static
  expect(set).toMatchObject({ name: 'cats.csv', questionCount: 1 })
  expect(await call('GET', `/question-sets/${set.id}/questions`)).toMatchObject({
    questions: [{ number: 0, question: 'cat?' }],
    nextAfterNumber: null,
  })
  const missing = await call('POST', '/evaluations', { questionSetId: 'none' })
  expect(missing.code).toBe('KNOWLEDGE_QUESTION_SET_NOT_FOUND')
  const baseline = await call('POST', '/evaluations', { questionSetId: set.id, baseline: 'nobody' })
  expect(baseline.code).toBe('KNOWLEDGE_CONFIGURATION_UNKNOWN')
}, 120_000)

test('an evaluation is never answered by words instead of a model that fails; it ends as failed, and a cancelled one keeps what it measured', async () => {
  await using world = await setUp()
  const { call, ended, models } = world
  const csv = Array.from({ length: 300 }, (_, number) => `canine number ${number},dog.txt`).join('\n')
  const set = await call<typeof QuestionSet.static>('POST', '/question-sets', { name: 'Many', csv })
  const request = { questionSetId: set.id, configurations: { meaning: { mode: 'vector' } } }
  models.state.lateMs = 10
  const { id } = await call<typeof Evaluation.static>('POST', '/evaluations', request)
  const running = await waitFor(
    async () => {
      const evaluation = await call<typeof Evaluation.static>('GET', `/evaluations/${id}`)
      return evaluation.questionsDone >= 3 ? evaluation : undefined
    },
    { what: 'some questions to be done' },
  )
  expect(running.state).toBe('running')
  await call('POST', `/evaluations/${id}/cancel`)
  const cancelled = await ended(id)
  expect(cancelled.state).toBe('cancelled')
  expect(cancelled.questionsDone).toBeLessThan(300)
  expect(cancelled.results?.questions).toBe(cancelled.questionsDone)
  expect((await call('POST', `/evaluations/${id}/cancel`)).status).toBe(200)

  models.state.fails.add('embedder')
  const other = { name: 'Other', csv: 'hound,dog.txt' }
  request.questionSetId = (await call<typeof QuestionSet.static>('POST', '/question-sets', other)).id
  const failing = await call<typeof Evaluation.static>('POST', '/evaluations', request)
  const seen = await waitFor(
    async () => {
      const evaluation = await call<typeof Evaluation.static>('GET', `/evaluations/${failing.id}`)
      return evaluation.failureReason ? evaluation : undefined
    },
    { what: 'a reason' },
  )
  expect([seen.questionsDone, seen.failureReason]).toEqual([0, expect.stringContaining('embedder')])
  expect((await call('DELETE', `/evaluations/${failing.id}`)).status).toBe(204)
}, 120_000)
