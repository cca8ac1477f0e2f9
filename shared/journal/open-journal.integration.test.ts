import { expect, test } from 'bun:test'
import { FencedError, JournalClosedError, JournalFullError, RunClosedError } from './errors.ts'
import { aRun, numbered, testJournals } from './fixtures/test-journals.ts'
import { QUEUED_BYTES_MAX } from './flush-loop.ts'
import { takeOverStaleWorkers, takeOverWorker } from './take-over-worker.ts'

test('what was durable is read back in order, and its row with it', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start({ ...aRun, subjectId: `it's "quoted" \\ 天文` })
  expect([writer.append({ type: 'first' }), writer.append({ type: 'second', text: 'x'.repeat(3000) })]).toEqual([0, 1])
  await writer.durable()
  expect(numbered(await journal.read(writer.runId, -1))).toEqual(['0 first', '1 second'])
  expect(numbered(await journal.read(writer.runId, 0))).toEqual(['1 second'])
  expect(await journal.find(writer.runId)).toMatchObject({
    state: 'running',
    appId: 'app',
    subjectId: `it's "quoted" \\ 天文`,
  })
  await writer.finish('completed')
  const header = await journal.find(writer.runId)
  expect(header).toMatchObject({ state: 'completed', sequence: 2 })
  expect(header?.finishedAt).toBeInstanceOf(Date)
})

test('texts that PostgreSQL cannot store do not hold up the runs beside them', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const odd = journal.start({ ...aRun, subjectId: 'nul \0 and half \ud800 a pair' })
  const plain = journal.start(aRun)
  odd.append({ type: 'odd', text: '\0\ud800' })
  plain.append({ type: 'plain' })
  await Promise.all([odd.park({ key: 'k\0' }), plain.durable()])
  const claimed = await journal.claimByKey('k\0')
  expect(claimed?.events).toEqual([{ type: 'odd', text: '\0\ud800' }])
  expect(numbered(await journal.read(plain.runId, -1))).toEqual(['0 plain'])
})

test('a run that was given up takes no more events', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start(aRun)
  const finished = writer.finish('cancelled')
  expect(writer.open).toBe(false)
  expect(() => writer.append({ type: 'late' })).toThrow(RunClosedError)
  await finished
  await expect(writer.finish('failed')).rejects.toBeInstanceOf(RunClosedError)
  expect(journal.owns(writer.runId)).toBe(false)
  expect((await journal.find(writer.runId))?.state).toBe('cancelled')
})

test('more than the queue may hold is refused at once, and what it holds is still stored', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start(aRun)
  const text = 'x'.repeat(QUEUED_BYTES_MAX / 8)
  const fill = () => {
    for (;;) writer.append({ type: 'large', text })
  }
  expect(fill).toThrow(JournalFullError)
  const appended = writer.nextSequence
  expect(appended).toBe(7)
  await writer.durable()
  expect(writer.append({ type: 'after' })).toBe(appended)
  await writer.finish('completed')
  expect((await journal.read(writer.runId, -1)).map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
}, 120_000)

test('a worker that was taken over is told so and its unsaved events never appear', async () => {
  await using setup = await testJournals()
  const [old, next] = [await setup.open(), await setup.open()]
  const writer = old.start(aRun)
  writer.append({ type: 'kept' })
  await writer.durable()
  expect(await takeOverWorker(setup.url, old.workerId)).toBe(1)
  expect(await takeOverWorker(setup.url, old.workerId)).toBe(0)
  writer.append({ type: 'too-late' })
  await expect(writer.durable()).rejects.toBeInstanceOf(FencedError)
  expect(old.fenced.aborted).toBe(true)
  expect(() => old.start(aRun)).toThrow(FencedError)

  const [claimed] = await next.claim(['test'], 10)
  expect(claimed?.events).toEqual([{ type: 'kept' }])
  claimed?.writer.append({ type: 'continued' })
  await claimed?.writer.finish('completed')
  expect(numbered(await next.read(writer.runId, -1))).toEqual(['0 kept', '1 continued'])
})

test('only workers that are silent are taken over for their silence', async () => {
  await using setup = await testJournals()
  const [silent, alive] = [await setup.open(), await setup.open()]
  const runs = [silent.start(aRun), alive.start(aRun)]
  await Promise.all(runs.map((run) => run.durable()))
  await setup.client`update journal_worker set seen = now() - interval '1 minute' where id = ${silent.workerId}`
  // The server of the tests may be younger than a minute: its own start counts as a sign of life.
  const [server] = await setup.client<{ ms: number }[]>`
    select extract(epoch from now() - pg_postmaster_start_time())::float8 * 1000 as ms`
  const taken = await takeOverStaleWorkers(setup.url, Math.min(30_000, (server?.ms ?? 0) - 1))
  expect(taken).toBe(1)
  expect(alive.fenced.aborted).toBe(false)
  runs[1]?.append({ type: 'still-mine' })
  await runs[1]?.durable()
})

test('closing stores what is queued and gives running runs back', async () => {
  await using setup = await testJournals()
  const [leaving, staying] = [await setup.open(), await setup.open()]
  const writer = leaving.start(aRun)
  writer.append({ type: 'queued' })
  await leaving.close()
  expect(() => writer.append({ type: 'late' })).toThrow(JournalClosedError)
  const [claimed] = await staying.claim(['test'], 1)
  expect(claimed?.events).toEqual([{ type: 'queued' }])
})

test('a run that another worker owns is lost alone; the flush that carries it stores the others', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const [stolen, mine] = [journal.start(aRun), journal.start(aRun)]
  await Promise.all([stolen.durable(), mine.durable()])
  // As after a crash of the server that forgot a claim: the row belongs to someone else, who wrote already.
  await setup.client`update run set worker = worker + 1000, epoch = epoch + 1 where id = ${stolen.runId}`
  await setup.client`insert into journal values (${stolen.runId}, 0, 1, ${Buffer.from('{"type":"theirs"}')})`
  stolen.append({ type: 'ours' })
  mine.append({ type: 'mine' })
  await expect(stolen.durable()).rejects.toBeInstanceOf(FencedError)
  await mine.finish('completed')
  expect(journal.fenced.aborted).toBe(false)
  expect(() => stolen.append({ type: 'more' })).toThrow(FencedError)
  expect(numbered(await journal.read(stolen.runId, -1))).toEqual(['0 theirs'])
  expect(numbered(await journal.read(mine.runId, -1))).toEqual(['0 mine'])
})

test('a flush whose answer was lost is not stored twice', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const writer = journal.start(aRun)
  await writer.durable()
  // The worker's row says that the next flush is stored already: only its answer is missing.
  await setup.client`update journal_worker set flushes = flushes + 1 where id = ${journal.workerId}`
  writer.append({ type: 'stored-elsewhere' })
  await writer.durable()
  expect(await journal.read(writer.runId, -1)).toEqual([])
  await setup.client`insert into journal values (${writer.runId}, 0, 1, ${Buffer.from('{"type":"stored-elsewhere"}')})`
  writer.append({ type: 'next' })
  await writer.finish('completed')
  expect(numbered(await journal.read(writer.runId, -1))).toEqual(['0 stored-elsewhere', '1 next'])
})
