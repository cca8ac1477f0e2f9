import { expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { RunNotFoundError } from './errors.ts'
import { aRun, numbered, testJournals } from './fixtures/test-journals.ts'
import { type FollowOptions, followRun } from './follow-run.ts'
import type { Journal, SequencedEvent } from './journal.ts'

/** Follows in the background; `seen` grows, `ended` resolves with everything. */
const follow = (journal: Journal, runId: string, options: FollowOptions & { after?: number } = {}) => {
  const abort = new AbortController()
  const seen: SequencedEvent[] = []
  const run = async () => {
    for await (const event of followRun(journal, runId, options.after ?? -1, abort.signal, options)) seen.push(event)
    return numbered(seen)
  }
  return { seen, ended: run(), abort }
}

test('a run of this process is followed live from wherever the reader begins', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start(aRun)
  writer.append({ type: 'a' })
  const [all, rest] = [follow(journal, writer.runId), follow(journal, writer.runId, { after: 1 })]
  writer.append({ type: 'b' })
  await waitFor(() => all.seen.length === 2, { what: 'two events' })
  writer.append({ type: 'c' })
  writer.append({ type: 'd' })
  await writer.finish('completed')
  expect(await all.ended).toEqual(['0 a', '1 b', '2 c', '3 d'])
  expect(await rest.ended).toEqual(['2 c', '3 d'])
})

test('an event is shown only once it is on disk, unless the reader asks otherwise', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start(aRun)
  await writer.durable()
  const [safe, fast] = [follow(journal, writer.runId), follow(journal, writer.runId, { durableOnly: false })]
  writer.append({ type: 'first' })
  await waitFor(() => safe.seen.length + fast.seen.length === 2, { what: 'both listen' })

  // Whoever holds the worker's row holds up its flush.
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const locked = Promise.withResolvers<void>()
  const lock = setup.client.begin(async (sql) => {
    await sql`select 1 from journal_worker where id = ${journal.workerId} for update`
    locked.resolve()
    await held
  })
  await locked.promise
  writer.append({ type: 'second' })
  const stored = writer.durable()
  await waitFor(() => fast.seen.length === 2, { what: 'the fast reader sees it' })
  expect(numbered(safe.seen)).toEqual(['0 first'])
  release()
  await Promise.all([lock, stored])
  await waitFor(() => safe.seen.length === 2, { what: 'the safe reader sees it' })
  await writer.finish('completed')
  expect(await safe.ended).toEqual(await fast.ended)
})

test('a run is followed while it moves from worker to worker, waits, and is taken over', async () => {
  await using setup = await testJournals()
  const [here, there] = [await setup.open(), await setup.open()]
  const begun = here.start(aRun)
  const reader = follow(here, begun.runId)
  begun.append({ type: 'here' })
  await begun.park({ key: 'moved' })

  const moved = await there.claimByKey('moved')
  const second = follow(there, begun.runId)
  moved?.writer.append({ type: 'there' })
  await moved?.writer.durable()
  await waitFor(() => reader.seen.length === 2, { what: 'the event of the other worker' })
  await setup.client`select takeover(${there.workerId})`

  const [back] = await here.claim(['test'], 1)
  back?.writer.append({ type: 'here-again' })
  await back?.writer.finish('completed')
  expect(await reader.ended).toEqual(['0 here', '1 there', '2 here-again'])
  expect(await second.ended).toEqual(['0 here', '1 there', '2 here-again'])
})

test('many events appended while the reader is slow arrive once each', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start(aRun)
  const sequences: number[] = []
  const slow = (async () => {
    for await (const { sequence } of followRun(journal, writer.runId, -1, new AbortController().signal)) {
      sequences.push(sequence)
      if (sequence % 100 === 0) await Bun.sleep(1)
    }
  })()
  for (let index = 0; index < 5000; index += 1) {
    writer.append({ type: 'token', index })
    if (index % 500 === 0) await Bun.sleep(1)
  }
  await writer.finish('completed')
  await slow
  expect(sequences).toEqual(Array.from({ length: 5000 }, (_, index) => index))
})

test('following ends quietly when the reader leaves and loudly for an unknown run', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start(aRun)
  writer.append({ type: 'a' })
  const reader = follow(journal, writer.runId)
  await waitFor(() => reader.seen.length === 1, { what: 'the first event' })
  reader.abort.abort()
  expect(await reader.ended).toEqual(['0 a'])
  await expect(follow(journal, '1').ended).rejects.toBeInstanceOf(RunNotFoundError)
})
