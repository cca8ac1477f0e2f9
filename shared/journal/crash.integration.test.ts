import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { connectionOptions } from '#shared/postgres/connect.ts'
import { createRenewingClient } from '#shared/postgres/renewing-client.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { waitOutOutage } from './database-outage.ts'
import type { StoredBatch } from './event-codec.ts'
import { startCrashCrew } from './fixtures/crash-crew.ts'
import {
  countWrittenBy,
  EVENTS_PER_RUN,
  findBrokenRuns,
  findLost,
  findWrongEffects,
  readAcknowledgements,
  toJournals,
} from './fixtures/crash-evidence.ts'
import { startCrashPostgres } from './fixtures/crash-postgres.ts'
import { CRASH_KIND, FENCED_EXIT_CODE } from './fixtures/crash-protocol.ts'
import { followRun } from './follow-run.ts'
import { openJournal } from './open-journal.ts'

/** `JOURNAL_CRASH_RUNS=20000 JOURNAL_CRASH_CYCLES=10` make the long version. */
const RUNS_MIN = Number(process.env.JOURNAL_CRASH_RUNS ?? 2000)
const CYCLES = Number(process.env.JOURNAL_CRASH_CYCLES ?? 1)
const WORKERS = 3
/** Runs that each worker starts by itself. */
const OWN_RUNS = 20
const QUEUE_BATCH = 50
const BACKLOG_MAX = 400
const FOLLOWED = 20
/** So many acknowledgements between two deaths. */
const PROGRESS = 200
const WAIT_MS = 60_000
const CYCLE_MS = 240_000

test(
  'workers and the database die at any moment, and no run stops, no acknowledged event is lost, no effect happens twice',
  async () => {
    await using server = await startCrashPostgres()
    using files = createDirectories()
    using ended = abortAtEnd()
    const client = createRenewingClient((onclose) =>
      postgres({ ...connectionOptions(server.url), max: 2, connect_timeout: 3, fetch_types: false, onclose }),
    )
    const ask = <Row extends object>(statement: string) =>
      waitOutOutage(ended.signal, () => client.ask((sql) => sql.unsafe<Row[]>(statement)))
    const schema = readFileSync(join(import.meta.dir, 'schema.sql'), 'utf8')
    for (const statement of schema.split('--> statement-breakpoint')) await ask(statement)

    const readJournals = async () =>
      toJournals(
        await ask<StoredBatch & { run_id: string }>('select run_id, seq, n, body from journal order by run_id, seq'),
      )
    const countUnfinished = async () =>
      (await ask<{ n: number }>('select count(*)::int as n from run where status < 7'))[0]?.n ?? 0
    const progress = async () => {
      const before = readAcknowledgements(files.acknowledged).length
      await waitFor(() => readAcknowledgements(files.acknowledged).length > before + PROGRESS, {
        what: 'progress',
        timeoutMs: WAIT_MS,
      })
    }

    const metrics = createMetricsRegistry()
    const journal = await openJournal({ databaseUrl: server.url, logger: silentLogger, metrics })
    await using crew = startCrashCrew(WORKERS, server.url, () => ({
      effectsDirectory: files.effects,
      acknowledgedPath: files.nextAcknowledged(),
      ownRuns: OWN_RUNS,
    }))

    // Runs are queued throughout, so that every death finds work.
    const queued: string[] = []
    const followed: Promise<number[]>[] = []
    const follow = async (runId: string) => {
      const sequences: number[] = []
      for await (const { sequence } of followRun(journal, runId, -1, ended.signal)) sequences.push(sequence)
      return sequences
    }
    let killing = true
    const feed = async () => {
      while (killing || queued.length < RUNS_MIN) {
        const run = { kind: CRASH_KIND, appId: 'app', subjectId: 'queued', subjectVersion: '1' }
        const ids = await Promise.all(Array.from({ length: QUEUE_BATCH }, () => journal.enqueue(run, [])))
        queued.push(...ids)
        if (followed.length < FOLLOWED) followed.push(...ids.slice(0, 2).map(follow))
        await waitFor(async () => (await countUnfinished()) < BACKLOG_MAX, { what: 'room', timeoutMs: WAIT_MS })
      }
    }
    const fed = feed()

    const slot = () => Math.floor(Math.random() * WORKERS)
    const deaths = [
      // A worker.
      () => crew.kill(slot()),
      // The postmaster: its children notice and end.
      async () => {
        server.killPostmaster()
        await server.start()
      },
      // None: a worker freezes, is taken over, and wakes up later with work in its hands.
      async () => {
        const { workerId, thaw } = await crew.freeze(slot())
        const written = countWrittenBy(await readJournals(), workerId)
        await progress()
        thaw()
        await waitFor(() => crew.exitCodes.has(workerId), { what: 'the thawed worker ends', timeoutMs: WAIT_MS })
        expect(crew.exitCodes.get(workerId)).toBe(FENCED_EXIT_CODE)
        expect(countWrittenBy(await readJournals(), workerId)).toBe(written)
      },
      // Every process of PostgreSQL at once.
      async () => {
        server.killAll()
        await server.start()
      },
      // A worker, and PostgreSQL in the middle of its takeover.
      async () => {
        await crew.kill(slot())
        server.killAll()
        await server.start()
      },
      // Two workers at once.
      () => Promise.all([crew.kill(0), crew.kill(1)]),
    ]
    for (const die of Array.from({ length: CYCLES }, () => deaths).flat()) {
      await progress()
      await die()
    }
    killing = false
    await fed
    await waitFor(async () => (await countUnfinished()) === 0, { what: 'all runs finished', timeoutMs: WAIT_MS })

    const rows = await ask<{ id: string; status: number; seq: number; subject_id: string }>('select * from run')
    const journals = await readJournals()
    expect(journals.holes).toEqual([])
    expect(rows.filter((row) => row.status !== 9)).toEqual([])
    expect(rows.filter((row) => journals.byRun.get(row.id)?.length !== row.seq)).toEqual([])
    expect(
      rows
        .filter((row) => row.subject_id === 'queued')
        .map((row) => row.id)
        .toSorted(),
    ).toEqual(queued.toSorted())
    expect(findBrokenRuns(journals)).toEqual([])
    expect(findLost(journals, readAcknowledgements(files.acknowledged))).toEqual([])
    expect(findWrongEffects(journals, files.effects)).toEqual([])
    for (const sequences of await Promise.all(followed)) {
      expect(sequences).toEqual(Array.from({ length: EVENTS_PER_RUN }, (_, sequence) => sequence))
    }
    await journal.close()
    await client.close(1)
  },
  CYCLES * CYCLE_MS,
)

const createDirectories = () => {
  const root = mkdtempSync(join(tmpdir(), 'orrery-crash-files-'))
  const effects = join(root, 'effects')
  const acknowledged = join(root, 'acknowledged')
  for (const path of [effects, acknowledged]) mkdirSync(path)
  let workers = 0
  return {
    effects,
    acknowledged,
    nextAcknowledged: () => join(acknowledged, String(workers++)),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

const abortAtEnd = () => {
  const controller = new AbortController()
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() }
}
