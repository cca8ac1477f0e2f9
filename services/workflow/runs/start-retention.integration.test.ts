import { expect, test } from 'bun:test'
import { openJournal } from '#shared/journal/open-journal.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createScheduleRepository } from '../triggers/schedule-repository.ts'
import { parseKeepDays } from './keep-policy.ts'
import { createRunKeyRepository } from './run-key-repository.ts'
import { startRetention } from './start-retention.ts'

test('old runs, keys and history go by themselves, young ones and those kept for ever stay', async () => {
  await using database = await temporaryDatabase()
  const metrics = createMetricsRegistry()
  const journal = await openJournal({ databaseUrl: database.url, logger: silentLogger, metrics })
  const { client } = database
  const runOf = async (kind: string, daysAgo: number) => {
    const writer = journal.start({ kind, appId: 'a', subjectId: '1', subjectVersion: '' })
    writer.append({ type: 'first' })
    await writer.finish('completed')
    const { runId } = writer
    const age = BigInt(daysAgo * 86_400_000) << 22n
    await client`update journal set run_id = run_id - ${age}::bigint where run_id = ${runId}`
    await client`update run set id = id - ${age}::bigint, finished_at = now() - make_interval(days => ${daysAgo}) where id = ${runId}`
  }
  await runOf('workflow', 31)
  await runOf('workflow', 29)
  await runOf('agent', 8)
  await runOf('ingestion', 400)
  await client`insert into run_keys (app_id, key, fingerprint, run_id, created_at) values
    ('a', 'api:old', '', '1', now() - interval '25 hours'), ('a', 'api:young', '', '1', now() - interval '23 hours')`
  await client`insert into schedule_fires (schedule_id, fire_at, state, run_id, created_at) values
    ('1', now() - interval '31 days', 'started', '1', now() - interval '31 days'),
    ('1', now() - interval '32 days', 'pending', '1', now() - interval '32 days'), ('1', now(), 'started', '1', now())`

  const retention = startRetention({
    journal,
    runKeys: createRunKeyRepository(database.database),
    schedules: createScheduleRepository(database.database),
    keep: parseKeepDays(30, 'agent=7,ingestion=0'),
    metrics,
    logger: silentLogger,
    draining: new AbortController().signal,
    firstRoundMs: 0,
  })
  await waitFor(async () => Number((await client`select count(*) as n from schedule_fires`)[0]?.n) === 2, {
    what: 'a whole round',
  })
  await retention.stop()
  const kinds = await client<{ kind: string }[]>`select kind from run order by kind`
  expect(kinds.map(({ kind }) => kind)).toEqual(['ingestion', 'workflow'])
  expect(Number((await client`select count(*) as n from journal`)[0]?.n)).toBe(2)
  const keys = await client<{ key: string }[]>`select key from run_keys`
  expect(keys.map(({ key }) => key)).toEqual(['api:young'])
  await journal.close()
})
