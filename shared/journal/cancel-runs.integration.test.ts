import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { FencedError } from './errors.ts'
import { aRun, testJournals } from './fixtures/test-journals.ts'
import type { ClaimedRun, Journal } from './journal.ts'
import { startRunClaimer } from './run-claimer.ts'

const claimer = (journal: Journal, execute: (claimed: ClaimedRun, signal: AbortSignal) => Promise<void>) =>
  startRunClaimer({
    journal,
    kinds: ['test'],
    concurrencyMax: 4,
    pollMs: 10,
    logger: silentLogger,
    draining: new AbortController().signal,
    execute,
    onCancelled: async ({ writer }) => {
      writer.append({ type: 'cancelled' })
      await writer.finish('cancelled')
    },
  })

const untilFinal = (journal: Journal, runId: string) =>
  waitFor(
    async () => {
      const state = (await journal.find(runId))?.state
      return state !== undefined && ['completed', 'failed', 'cancelled'].includes(state) && state
    },
    { what: 'the run to end' },
  )

const typesOf = async (journal: Journal, runId: string) =>
  (await journal.read(runId, -1)).map(({ event }) => event.type)

test('a queued run that is cancelled is never executed', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const runId = await journal.enqueue(aRun, [{ type: 'first' }])
  expect(await journal.cancel(runId)).toBe('ready')
  expect(await journal.cancel(runId)).toBe('ready')
  const executed: string[] = []
  const runs = claimer(journal, async ({ header }) => void executed.push(header.id))
  expect(await untilFinal(journal, runId)).toBe('cancelled')
  expect(executed).toEqual([])
  expect(await typesOf(journal, runId)).toEqual(['first', 'cancelled'])
  expect(await journal.cancel(runId)).toBe('cancelled')
  await runs.stop()
})

test('a run that waits for ever ends when it is cancelled, and its key finds nothing any more', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start(aRun)
  await writer.park({ key: 'answer' })
  expect(await journal.cancel(writer.runId)).toBe('ready')
  expect(await journal.claimByKey('answer')).toBeUndefined()
  const runs = claimer(journal, async () => undefined)
  expect(await untilFinal(journal, writer.runId)).toBe('cancelled')
  await runs.stop()
})

test('the owner learns within seconds that another worker was asked to cancel its run', async () => {
  await using setup = await testJournals()
  const [owner, other] = [await setup.open(), await setup.open()]
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const runs = claimer(owner, async (_, signal) => {
    begin()
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  })
  const runId = await other.enqueue(aRun, [{ type: 'first' }])
  await begun
  expect(await other.cancel(runId)).toBe('running')
  expect(await untilFinal(other, runId)).toBe('cancelled')
  expect(await typesOf(other, runId)).toEqual(['first', 'cancelled'])
  await runs.stop()
})

test('a run that parks while its cancellation is on the way does not wait', async () => {
  await using setup = await testJournals()
  const [owner, other] = [await setup.open(), await setup.open()]
  const writer = owner.start(aRun)
  writer.append({ type: 'first' })
  await writer.durable()
  expect(await other.cancel(writer.runId)).toBe('running')
  await writer.park({ key: 'too late', wakeAt: new Date(Date.now() + 3_600_000) })
  const [claimed] = await other.claim(['test'], 1)
  expect(claimed?.header).toMatchObject({ id: writer.runId, cancelRequested: true })
  expect(claimed?.writer.cancelled.aborted).toBe(true)
})

test('a run that ends before its owner notices keeps the end that it reached', async () => {
  await using setup = await testJournals()
  const [owner, other] = [await setup.open(), await setup.open()]
  const writer = owner.start(aRun)
  await writer.durable()
  await other.cancel(writer.runId)
  await writer.finish('completed')
  expect(await other.cancel(writer.runId)).toBe('completed')
  expect((await other.find(writer.runId))?.state).toBe('completed')
})

test('nothing is cancelled where there is no run', async () => {
  await using setup = await testJournals()
  expect(await (await setup.open()).cancel('1')).toBeUndefined()
})

test('a run enqueued twice under one id exists once, as it was enqueued first', async () => {
  await using setup = await testJournals()
  const [one, two] = [await setup.open(), await setup.open()]
  const runId = one.nextRunId()
  const outcomes = await Promise.allSettled([
    one.enqueue(aRun, [{ type: 'first', by: 'one' }], { runId }),
    two.enqueue(aRun, [{ type: 'first', by: 'two' }], { runId }),
    two.enqueue(aRun, [{ type: 'first', by: 'two again' }], { runId }),
    two.enqueue({ ...aRun, subjectId: 'beside' }, [{ type: 'first' }]),
  ])
  expect(outcomes[3]?.status).toBe('fulfilled')
  const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  expect(refused.map(({ reason }) => reason instanceof FencedError)).toEqual([true, true])
  expect(await one.read(runId, -1)).toHaveLength(1)
  await expect(one.enqueue(aRun, [{ type: 'first' }], { runId })).rejects.toBeInstanceOf(FencedError)
  expect((await two.claim(['test'], 10)).map(({ header }) => header.subjectId).sort()).toEqual(['beside', 'subject'])
})
