import { expect, test } from 'bun:test'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { settingsOf } from '../bases/settings-of.ts'
import { startMeaningModels } from '../test/meaning-models.ts'
import { startWorker } from '../test/start-worker.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { createEvaluationRepository } from './evaluation-repository.ts'
import type { Evaluation } from './evaluation-schemas.ts'
import { queueStrandedEvaluations } from './queue-evaluation.ts'

const QUESTIONS = 60
const KILLS = 4

test('an evaluation whose worker is killed again and again measures each question once, and comes to the same figures', async () => {
  await using knowledge = await temporaryKnowledge({ evaluate: false })
  await using models = await startMeaningModels(knowledge.dependencies)
  const baseId = await knowledge.createBase({ retrieval: { embeddingModel: 'embedder' } })
  for (const [name, text] of Object.entries({ 'dog.txt': 'Dogs bark at strangers.', 'cat.txt': 'Cats hunt mice.' })) {
    await knowledge.settled((await knowledge.upload(baseId, text, { name })).body.id)
  }
  const post = async <Body>(path: string, body: object) =>
    (await callApp(knowledge.app, `POST /api/bases/${baseId}${path}` as 'POST /', { headers: APP, body })).body as Body
  const words = ['canine', 'feline', 'bark', 'mice']
  const rows = Array.from({ length: QUESTIONS }, (_, number) => {
    const word = words[number % words.length]
    return `${word} number ${number},${word === 'canine' || word === 'bark' ? 'dog' : 'cat'}.txt`
  })
  const set = await post<{ id: string }>('/question-sets', { name: 'Many', csv: rows.join('\n') })
  const configurations = { words: { mode: 'lexical' }, both: {} }
  const evaluate = () => post<typeof Evaluation.static>('/evaluations', { questionSetId: set.id, configurations })
  const evaluations = createEvaluationRepository(knowledge.dependencies.database)
  const reaches = (id: string, done: number) =>
    waitFor(
      async () => {
        const evaluation = await evaluations.find(id)
        return (evaluation?.questionsDone ?? 0) >= done ? evaluation : undefined
      },
      { what: `${done} questions to be done`, timeoutMs: 45_000 },
    )
  const completes = (id: string) =>
    waitFor(
      async () => {
        const evaluation = await evaluations.find(id)
        return evaluation?.state === 'completed' ? evaluation : undefined
      },
      { what: 'the evaluation to be completed', timeoutMs: 45_000 },
    )

  models.state.lateMs = 10
  const before = models.asked('embeddings')
  const killed = await evaluate()
  const random = seededRandom(9)
  let done = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const worker = await startWorker('evaluating', knowledge)
    await reaches(killed.id, done + 3)
    await Bun.sleep(random() * 30)
    await worker.kill()
    done = (await evaluations.answered(killed.id)).size
    expect(done).toBeLessThan(QUESTIONS)
    expect((await evaluations.find(killed.id))?.questionsDone).toBe(done)
    await takeOverWorker(knowledge.databaseUrl, worker.workerId)
  }
  await using last = await startWorker('evaluating', knowledge)
  const completed = await completes(killed.id)
  expect(last.workerId).toBeGreaterThan(0)
  expect(completed.questionsDone).toBe(QUESTIONS)
  // A kill repeats the one question that was being measured, and no other.
  const asked = models.asked('embeddings') - before
  expect(asked).toBeGreaterThanOrEqual(QUESTIONS)
  expect(asked).toBeLessThanOrEqual(QUESTIONS + KILLS)

  models.state.lateMs = 0
  const whole = await completes((await evaluate()).id)
  const figuresOf = ({ results }: { results: Record<string, unknown> }) => {
    const { questions, configurations: of, comparisons } = results as NonNullable<(typeof Evaluation.static)['results']>
    return { questions, comparisons, scores: Object.entries(of).map(([name, { scores }]) => [name, scores]) }
  }
  expect(figuresOf(completed)).toEqual(figuresOf(whole))
  expect(figuresOf(completed).questions).toBe(QUESTIONS)
}, 120_000)

test('an evaluation whose process died before its run was stored is queued by the next round of maintenance, once', async () => {
  await using knowledge = await temporaryKnowledge()
  const { dependencies } = knowledge
  const baseId = await knowledge.createBase()
  const { id } = (await knowledge.upload(baseId, 'Comets have tails.', { name: 'a.txt' })).body
  await knowledge.settled(id)
  const sets = { headers: APP, body: { name: 'One', csv: 'comets,a.txt' } }
  const set = (await callApp(knowledge.app, `POST /api/bases/${baseId}/question-sets`, sets)).body as { id: string }
  const evaluations = createEvaluationRepository(dependencies.database)
  const runId = (await dependencies.journal()).nextRunId()
  const configurations = { current: settingsOf({ retrieval: {} }) }
  await evaluations.insert({ id: 'stranded', baseId, setId: set.id, configurations, baseline: 'current', runId })
  expect(await queueStrandedEvaluations(dependencies, 60_000)).toBe(0)
  expect(await queueStrandedEvaluations(dependencies, 0)).toBe(1)
  expect(await queueStrandedEvaluations(dependencies, 0)).toBe(0)
  await waitFor(async () => (await evaluations.find('stranded'))?.state === 'completed', { what: 'the evaluation' })
  expect((await evaluations.find('stranded'))?.results).toMatchObject({ questions: 1 })
}, 120_000)
