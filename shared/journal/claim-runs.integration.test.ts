import { expect, test } from 'bun:test'
import { aRun, testJournals } from './fixtures/test-journals.ts'

test('each run is claimed once, however many workers ask at the same time', async () => {
  await using setup = await testJournals()
  const journals = await Promise.all([setup.open(), setup.open(), setup.open()])
  const [first] = journals
  const queued = await Promise.all(Array.from({ length: 90 }, () => first?.enqueue(aRun, [{ type: 'asked' }])))
  const claims = await Promise.all(
    journals.flatMap((journal) => [journal.claim(['test'], 20), journal.claim(['test'], 20)]),
  )
  const ids = claims.flat().map(({ header }) => header.id)
  expect(ids.toSorted()).toEqual(queued.map(String).toSorted())
  expect(claims.flat().every(({ events }) => events.length === 1 && events[0]?.type === 'asked')).toBe(true)
})

test('only the kinds that were asked for are claimed, never more than asked, oldest first', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const ids = []
  for (const kind of ['a', 'b', 'a"}', 'a']) ids.push(await journal.enqueue({ ...aRun, kind }, []))
  expect(await journal.claim(['other'], 10)).toEqual([])
  expect(await journal.claim(['a'], 0)).toEqual([])
  expect((await journal.claim(['a'], 1)).map(({ header }) => header.id)).toEqual(ids.slice(0, 1))
  expect((await journal.claim(['a"}', 'a'], 10)).map(({ header }) => header.id).toSorted()).toEqual(
    ids.slice(2).toSorted(),
  )
})

test('a parked run comes back at its time or by its key, not before and not twice', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const [timed, keyed] = [journal.start(aRun), journal.start(aRun)]
  timed.append({ type: 'asleep' })
  await Promise.all([timed.park({ wakeAt: new Date(Date.now() + 3_600_000) }), keyed.park({ key: 'answer-7' })])
  expect(await journal.claim(['test'], 10)).toEqual([])
  expect((await journal.find(timed.runId))?.state).toBe('waiting')

  const both = await Promise.all([journal.claimByKey('answer-7'), journal.claimByKey('answer-7')])
  expect(both.filter((run) => run !== undefined).map(({ header }) => header.id)).toEqual([keyed.runId])
  expect(await journal.claimByKey('answer-8')).toBeUndefined()

  await setup.client`update run set wake_at = now() where id = ${timed.runId}`
  const [woken] = await journal.claim(['test'], 10)
  expect(woken?.header).toMatchObject({ id: timed.runId, state: 'running' })
  expect(woken?.writer.nextSequence).toBe(1)
})

test('a run with a gap is failed with the reason and never continued', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const ids = await Promise.all([0, 1, 2].map(() => journal.enqueue(aRun, [{ type: 'a' }, { type: 'b' }])))
  const [whole = '', noTail = '', moved = ''] = ids
  await setup.client`delete from journal where run_id = ${noTail}`
  await setup.client`update journal set seq = 1 where run_id = ${moved}`
  expect((await journal.claim(['test'], 10)).map(({ header }) => header.id)).toEqual([whole])
  for (const id of [noTail, moved]) {
    const header = await journal.find(id)
    expect(header?.state).toBe('failed')
    expect(header?.failure).toStartWith('JOURNAL_GAP: ')
    expect(journal.owns(id)).toBe(false)
  }
  await expect(journal.read(moved, -1)).rejects.toMatchObject({ code: 'JOURNAL_GAP' })
})

test('runs whose claim got no answer are given back and claimed again', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const mine = journal.start(aRun)
  await mine.durable()
  const lost = await journal.enqueue(aRun, [])
  // The claim was executed, and its answer never came.
  await setup.client`update run set status = 1, worker = ${journal.workerId}, epoch = 1 where id = ${lost}`
  await setup.client`alter table run rename to run_away`
  await expect(journal.claim(['test'], 10)).rejects.toThrow()
  await setup.client`alter table run_away rename to run`
  expect((await journal.claim(['test'], 10)).map(({ header }) => header.id)).toEqual([lost])
  mine.append({ type: 'still-mine' })
  await mine.finish('completed')
})

test('deaths without progress count as attempts, progress starts the count anew', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const id = await journal.enqueue(aRun, [{ type: 'asked' }])
  const dieWith = async (events: number) => {
    const worker = await setup.open()
    const [claimed] = await worker.claim(['test'], 1)
    for (let index = 0; index < events; index += 1) claimed?.writer.append({ type: 'progress' })
    await claimed?.writer.durable()
    await setup.client`select takeover(${worker.workerId})`
    return (await journal.find(id))?.attempts
  }
  expect(await dieWith(0)).toBe(1)
  expect(await dieWith(0)).toBe(2)
  expect(await dieWith(3)).toBe(1)
  expect(await dieWith(0)).toBe(2)
  const [claimed] = await journal.claim(['test'], 1)
  await claimed?.writer.release({ retryAt: new Date() })
  expect((await journal.find(id))?.attempts).toBe(3)
  const [again] = await journal.claim(['test'], 1)
  await again?.writer.park({ key: 'rest' })
  expect((await journal.find(id))?.attempts).toBe(0)
})

test('runs are listed newest first, by app and kind, page by page', async () => {
  await using setup = await testJournals()
  const journal = await setup.open()
  const ids: string[] = []
  for (const appId of ['a', 'b', 'a', 'a']) ids.push(await journal.enqueue({ ...aRun, appId }, []))
  await journal.enqueue({ ...aRun, kind: 'other', appId: 'a' }, [])
  const [first, , third, fourth] = ids
  const page = await journal.list({ appId: 'a', kind: 'test', limit: 2 })
  expect(page.map(({ id }) => id)).toEqual([fourth, third].map(String))
  const rest = await journal.list({ appId: 'a', kind: 'test', beforeId: page[1]?.id ?? '', limit: 2 })
  expect(rest.map(({ id }) => id)).toEqual([String(first)])
  expect(await journal.list({ limit: 100 })).toHaveLength(5)
})
