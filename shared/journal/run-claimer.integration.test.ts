import { expect, test } from 'bun:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger } from '#shared/logging/logger.ts'
import { ConnectionLostError } from '#shared/postgres/connection-lost-error.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { aRun, testJournals } from './fixtures/test-journals.ts'
import type { ClaimedRun, Journal } from './journal.ts'
import { ATTEMPTS_MAX, type RunClaimerOptions, startRunClaimer } from './run-claimer.ts'

/** Longer than any test: only a nudge or a full batch lets the claimer look. */
const NEVER_POLL_MS = 600_000

const claimer = (journal: Journal, options: Partial<RunClaimerOptions> & Pick<RunClaimerOptions, 'execute'>) =>
  startRunClaimer({
    journal,
    kinds: ['test'],
    concurrencyMax: 4,
    pollMs: 10,
    logger: silentLogger,
    draining: new AbortController().signal,
    ...options,
  })

const finish = async ({ writer }: ClaimedRun) => {
  writer.append({ type: 'done' })
  await writer.finish('completed')
}

test('every queued run is executed, never more at once than allowed, and a nudge is enough to begin', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  let running = 0
  let most = 0
  const runs = claimer(journal, {
    pollMs: NEVER_POLL_MS,
    async execute(claimed) {
      running += 1
      most = Math.max(most, running)
      await sleep(1)
      running -= 1
      await finish(claimed)
    },
  })
  await Promise.all(Array.from({ length: 50 }, () => journal.enqueue(aRun, [])))
  runs.nudge()
  const open = async () => (await journal.list({ limit: 100 })).filter(({ state }) => state !== 'completed').length
  await waitFor(async () => (await open()) === 0, { what: 'all runs completed' })
  expect(most).toBe(4)
  await runs.stop()
})

test('a drain aborts what runs and gives it back, without counting an attempt', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const draining = new AbortController()
  const started: string[] = []
  const runs = claimer(journal, {
    draining: draining.signal,
    async execute({ header, writer }, signal) {
      writer.append({ type: 'begun' })
      started.push(header.id)
      await sleep(NEVER_POLL_MS, undefined, { signal })
    },
  })
  const id = await journal.enqueue(aRun, [])
  await waitFor(() => started.length === 1, { what: 'the run begins' })
  draining.abort()
  await runs.stop()
  expect(await journal.find(id)).toMatchObject({ state: 'ready', attempts: 0, sequence: 1 })
  await journal.enqueue(aRun, [])
  expect(started).toEqual([id])
  expect((await journal.claim(['test'], 10)).map(({ events }) => events.length)).toEqual([1, 0])
})

test('a run that fails is tried again later, and the others go on', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const failing = await journal.enqueue({ ...aRun, subjectId: 'failing' }, [])
  let failures = 0
  const runs = claimer(journal, {
    async execute(claimed) {
      if (claimed.header.subjectId === 'failing' && failures++ === 0) throw new Error('broken on purpose')
      await finish(claimed)
    },
  })
  const other = await journal.enqueue(aRun, [])
  await waitFor(async () => (await journal.find(other))?.state === 'completed', { what: 'the other run' })
  await waitFor(async () => (await journal.find(failing))?.attempts === 1, { what: 'the attempt counted' })
  await waitFor(async () => (await journal.find(failing))?.state === 'completed', { what: 'the second attempt' })
  expect(failures).toBe(2)
  await runs.stop()
})

test('a run that was tried too often is given up with last words and never executed again', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const ids = await Promise.all([journal.enqueue({ ...aRun, subjectId: 'speaks' }, []), journal.enqueue(aRun, [])])
  await setup.client`update run set attempts = ${ATTEMPTS_MAX}`
  const executed: string[] = []
  const runs = claimer(journal, {
    async execute(claimed) {
      executed.push(claimed.header.id)
      await finish(claimed)
    },
    async onGivenUp({ header, writer }) {
      if (header.subjectId !== 'speaks') throw new Error('no last words')
      writer.append({ type: 'given-up', attempts: header.attempts })
    },
  })
  for (const id of ids) {
    await waitFor(async () => (await journal.find(id))?.state === 'failed', { what: 'the run is given up' })
  }
  expect((await journal.read(ids[0], -1)).map(({ event }) => event)).toEqual([{ type: 'given-up', attempts: 5 }])
  expect(executed).toEqual([])
  await runs.stop()
})

/** As the query builder reports it. */
const databaseAway = () => new Error('Failed query: select 1', { cause: new ConnectionLostError() })

test('a run that the database goes away from again and again is not given up for it', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  let outages = 0
  const runs = claimer(journal, {
    async execute(claimed) {
      outages += 1
      if (outages <= ATTEMPTS_MAX + 1) throw databaseAway()
      await finish(claimed)
    },
  })
  const id = await journal.enqueue(aRun, [])
  await waitFor(async () => (await journal.find(id))?.state === 'completed', { what: 'the run after the outages' })
  expect(outages).toBe(ATTEMPTS_MAX + 2)
  await runs.stop()
})

test('last words that the database did not hear are said again', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const id = await journal.enqueue(aRun, [])
  await setup.client`update run set attempts = ${ATTEMPTS_MAX}`
  let said = 0
  const runs = claimer(journal, {
    execute: finish,
    async onGivenUp({ writer }) {
      said += 1
      if (said === 1) throw databaseAway()
      writer.append({ type: 'given-up' })
    },
  })
  await waitFor(async () => (await journal.find(id))?.state === 'failed', { what: 'the run is given up' })
  expect((await journal.read(id, -1)).map(({ event }) => event)).toEqual([{ type: 'given-up' }])
  await runs.stop()
})

test('an execution that forgets its run does not leave it running for ever', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const id = await journal.enqueue(aRun, [])
  const runs = claimer(journal, { execute: async () => undefined })
  await waitFor(async () => (await journal.find(id))?.attempts === 1, { what: 'the attempt counted' })
  await runs.stop()
  expect((await journal.find(id))?.state).toBe('ready')
})

test('a worker that was taken over aborts what it runs', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  let aborted = false
  const runs = claimer(journal, {
    async execute(_, signal) {
      await sleep(NEVER_POLL_MS, undefined, { signal }).catch(() => {
        aborted = true
      })
    },
  })
  const id = await journal.enqueue(aRun, [])
  await waitFor(() => journal.owns(id), { what: 'the run is claimed' })
  await setup.client`select takeover(${journal.workerId})`
  await waitFor(() => aborted, { what: 'the run is aborted' })
  await runs.stop()
})
