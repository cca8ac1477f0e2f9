import { expect, test } from 'bun:test'
import { aRun, testJournals } from './fixtures/test-journals.ts'
import type { Journal } from './journal.ts'

const DAY_MS = 86_400_000
const soon = () => new Date(Date.now() + 60_000)

const finished = async (journal: Journal, kind: string, state: 'completed' | 'failed' | 'cancelled' = 'completed') => {
  const writer = journal.start({ ...aRun, kind })
  writer.append({ type: 'first' })
  await writer.durable()
  writer.append({ type: 'last' })
  await writer.finish(state)
  return writer.runId
}

const sweepAll = async (journal: Journal, query: Omit<Parameters<Journal['sweep']>[0], 'afterId'>) => {
  let removed = 0
  for (let afterId: string | undefined = '0'; afterId !== undefined; ) {
    const batch: Awaited<ReturnType<Journal['sweep']>> = await journal.sweep({ ...query, afterId })
    removed += batch.removed
    afterId = batch.next
  }
  return removed
}

test('finished runs go with their events, and runs that run, wait or are queued stay', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const gone = [
    await finished(journal, 'test'),
    await finished(journal, 'test', 'failed'),
    await finished(journal, 'test', 'cancelled'),
  ]
  const running = journal.start(aRun)
  running.append({ type: 'first' })
  await running.durable()
  const waiting = journal.start(aRun)
  waiting.append({ type: 'first' })
  await waiting.park({ key: 'answer' })
  const queued = await journal.enqueue(aRun, [{ type: 'first' }])

  expect(await sweepAll(journal, { kinds: { except: [] }, finishedBefore: soon() })).toBe(gone.length)
  for (const id of gone) {
    expect(await journal.find(id)).toBeUndefined()
    expect(await journal.read(id, -1)).toEqual([])
  }
  for (const id of [running.runId, waiting.runId, queued]) expect(await journal.read(id, -1)).toHaveLength(1)
  expect((await journal.claimByKey('answer'))?.header.id).toBe(waiting.runId)
})

test('what finished later stays', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const id = await finished(journal, 'test')
  const late = await finished(journal, 'test')
  await setup.client`update run set finished_at = now() - interval '40 days', id = id - ${2n ** 22n * BigInt(40 * DAY_MS)}::bigint where id = ${id}`
  const old = { kinds: { except: [] }, finishedBefore: new Date(Date.now() - 30 * DAY_MS) }
  expect(await sweepAll(journal, old)).toBe(1)
  expect(await journal.find(late)).toBeDefined()
})

test('kinds are kept for their own times', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const [agent, flow, other] = [
    await finished(journal, 'agent'),
    await finished(journal, 'workflow'),
    await finished(journal, 'other'),
  ]
  expect(await sweepAll(journal, { kinds: { only: ['agent'] }, finishedBefore: soon() })).toBe(1)
  expect(await journal.find(agent)).toBeUndefined()
  expect(await sweepAll(journal, { kinds: { except: ['agent', 'workflow'] }, finishedBefore: soon() })).toBe(1)
  expect(await journal.find(other)).toBeUndefined()
  expect(await journal.find(flow)).toBeDefined()
})

test('more than one batch goes, and two workers that sweep at once take nothing twice', async () => {
  await using setup = await testJournals()
  const [one, two] = [await setup.open(), await setup.open()]
  await Promise.all(Array.from({ length: 1_200 }, () => finished(one, 'test')))
  const query = { kinds: { except: [] }, finishedBefore: soon() }
  const removed = await Promise.all([sweepAll(one, query), sweepAll(two, query)])
  const rest = await sweepAll(one, query)
  expect((removed[0] ?? 0) + (removed[1] ?? 0) + rest).toBe(1_200)
  const [left] = await setup.client<{ runs: string; events: string }[]>`
    select (select count(*) from run) as runs, (select count(*) from journal) as events`
  expect(left).toEqual({ runs: '0', events: '0' })
})
