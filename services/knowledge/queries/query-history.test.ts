import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { ConnectionLostError } from '#shared/postgres/connection-lost-error.ts'
import { createQueryHistory } from './query-history.ts'
import type { NewQuery } from './query-repository.ts'

const entry = (question: string) => ({
  ...{ appId: 'a', baseIds: ['b'], question, source: 'api' as const, settings: {}, hits: [], tookMs: 1 },
})

const setUp = (insert: (rows: readonly NewQuery[]) => Promise<void>) => {
  const metrics = createMetricsRegistry()
  const history = createQueryHistory({ queries: { insert }, metrics, logger: silentLogger })
  const dropped = () =>
    metrics.snapshot().families.find(({ name }) => name === 'orrery_knowledge_queries_dropped_total')?.series[0]
      ?.value ?? 0
  return { history, dropped }
}

test('questions are stored in the order in which they were asked, also those that come while others are being stored', async () => {
  const stored: string[] = []
  const { history, dropped } = setUp(async (rows) => {
    if (stored.length === 0) history.note(entry('late'))
    await Bun.sleep(1)
    stored.push(...rows.map(({ question }) => question))
  })
  for (let number = 0; number < 450; number++) history.note(entry(`q${number}`))
  await history.flush()
  const questions = Array.from({ length: 450 }, (_, number) => `q${number}`)
  // Storing begins with the 200th question.
  expect(stored).toEqual([...questions.slice(0, 200), 'late', ...questions.slice(200)])
  expect(dropped()).toBe(0)
})

test('while nothing can be stored the oldest questions are dropped and counted, and no caller waits', async () => {
  const { promise: closed, resolve: open } = Promise.withResolvers<void>()
  const stored: string[] = []
  const { history, dropped } = setUp(async (rows) => {
    await closed
    stored.push(...rows.map(({ question }) => question))
  })
  for (let number = 0; number < 6_000; number++) history.note(entry(`q${number}`))
  open()
  await history.flush()
  // Some were on their way when the rest had to wait; between them and the newest ones is the gap.
  expect(stored.length + dropped()).toBe(6_000)
  expect(dropped()).toBeGreaterThan(500)
  expect(stored.at(-1)).toBe('q5999')
})

test('questions that the database went away from are stored when it is back', async () => {
  const stored: string[] = []
  let outages = 2
  const { history, dropped } = setUp(async (rows) => {
    outages -= 1
    if (outages >= 0) throw new Error('Failed query: insert', { cause: new ConnectionLostError() })
    stored.push(...rows.map(({ question }) => question))
  })
  history.note(entry('first'))
  history.note(entry('second'))
  await history.flush()
  expect(stored).toEqual(['first', 'second'])
  expect(dropped()).toBe(0)
})

test('a batch that the database refuses is counted, and the next one is stored', async () => {
  let calls = 0
  const { history, dropped } = setUp(async () => {
    calls += 1
    if (calls === 1) throw new Error('no database')
  })
  for (let number = 0; number < 201; number++) history.note(entry(`q${number}`))
  await history.flush()
  expect([calls, dropped()]).toEqual([2, 200])
})

test('what PostgreSQL cannot store is taken out of a question', async () => {
  const stored: string[] = []
  const { history } = setUp(async (rows) => void stored.push(...rows.map(({ question }) => question)))
  history.note(entry('zero\0 half\ud800'))
  await history.flush()
  expect(stored).toEqual(['zero half\ufffd'])
})
