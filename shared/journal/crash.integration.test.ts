import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { connectionOptions } from '#shared/postgres/connect.ts'
import { createRenewingClient } from '#shared/postgres/renewing-client.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { decodeBody, type StoredBatch } from './event-codec.ts'
import { startCrashCrew } from './fixtures/crash-crew.ts'
import { startCrashPostgres } from './fixtures/crash-postgres.ts'
import { CRASH_KIND, type CrashEvent, EFFECT_STEPS, FENCED_EXIT_CODE, STEPS } from './fixtures/crash-protocol.ts'
import { followRun } from './follow-run.ts'
import { openJournal } from './open-journal.ts'

/** `JOURNAL_CRASH_RUNS=20000 JOURNAL_CRASH_CYCLES=10 npm test -- shared/journal/crash` is the long version. */
const RUNS_MIN = Number(process.env.JOURNAL_CRASH_RUNS ?? 2000)
const CYCLES = Number(process.env.JOURNAL_CRASH_CYCLES ?? 2)
const WORKERS = 3
const OWN_RUNS = 20
const BATCH = 50
const BACKLOG_MAX = 400
const FOLLOWED = 20

test(
  'workers and the database die at any moment, and no run stops, no acknowledged event is lost, no effect happens twice',
  async () => {
    await using server = await startCrashPostgres()
    const directory = mkdtempSync(join(tmpdir(), 'orrery-crash-files-'))
    const effectsDirectory = join(directory, 'effects')
    const acknowledgedDirectory = join(directory, 'acknowledged')
    for (const path of [effectsDirectory, acknowledgedDirectory]) mkdirSync(path)
    let workersStarted = 0

    const client = createRenewingClient((onclose) =>
      postgres({ ...connectionOptions(server.url), max: 2, connect_timeout: 3, onclose }),
    )
    const schema = readFileSync(join(import.meta.dir, 'schema.sql'), 'utf8')
    for (const statement of schema.split('--> statement-breakpoint')) await client.sql.unsafe(statement)

    const journal = await openJournal({
      databaseUrl: server.url,
      logger: silentLogger,
      metrics: createMetricsRegistry(),
    })
    const crew = startCrashCrew(WORKERS, server.url, () => ({
      effectsDirectory,
      acknowledgedPath: join(acknowledgedDirectory, String(workersStarted++)),
      ownRuns: OWN_RUNS,
    }))
    const stopAll = new AbortController()

    /** Asks until the database is there again. */
    const ask = async <Value>(question: () => Promise<Value>): Promise<Value> => {
      for (;;) {
        try {
          return await question()
        } catch {
          await Bun.sleep(30)
        }
      }
    }
    const unfinished = () =>
      ask(
        async () => (await client.sql<{ n: number }[]>`select count(*)::int as n from run where status < 7`)[0]?.n ?? 0,
      )

    // Runs are queued throughout, so that every death finds work.
    const queued: string[] = []
    const followed: Promise<number[]>[] = []
    const follow = async (runId: string) => {
      const sequences: number[] = []
      for await (const { sequence } of followRun(journal, runId, -1, stopAll.signal)) sequences.push(sequence)
      return sequences
    }
    let feeding = true
    const feed = async () => {
      while (feeding || queued.length < RUNS_MIN) {
        const run = { kind: CRASH_KIND, appId: 'app', subjectId: 'queued', subjectVersion: '1' }
        queued.push(...(await Promise.all(Array.from({ length: BATCH }, () => journal.enqueue(run, [])))))
        const last = queued.at(-1)
        if (last && followed.length < FOLLOWED) followed.push(follow(last))
        await waitFor(async () => (await unfinished()) < BACKLOG_MAX, { what: 'room in the queue', timeoutMs: 60_000 })
      }
    }
    const fed = feed()

    const acknowledgements = () =>
      readdirSync(acknowledgedDirectory).flatMap((name) =>
        readFileSync(join(acknowledgedDirectory, name), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => line.split(' ')),
      )
    const progress = async () => {
      const before = acknowledgements().length
      await waitFor(() => acknowledgements().length > before + 200, { what: 'progress', timeoutMs: 60_000 })
    }

    const journals = async () => {
      const rows = await ask(
        () =>
          client.sql<
            (StoredBatch & { run_id: string })[]
          >`select run_id, seq, n, body from journal order by run_id, seq`,
      )
      const byRun = new Map<string, CrashEvent[]>()
      const holes: string[] = []
      for (const row of rows) {
        const events = byRun.get(row.run_id) ?? []
        if (row.seq !== events.length) holes.push(`${row.run_id} at ${row.seq}, expected ${events.length}`)
        events.push(...decodeBody(row.body).map((line) => JSON.parse(line) as CrashEvent))
        byRun.set(row.run_id, events)
      }
      return { byRun, holes }
    }
    const writtenBy = async (workerId: number) =>
      [...(await journals()).byRun.values()].flat().filter((event) => event.by === workerId).length

    const slot = () => Math.floor(Math.random() * WORKERS)
    const frozen: { workerId: number; written: number }[] = []
    const deaths: Record<string, () => Promise<unknown>> = {
      'a worker': () => crew.kill(slot()),
      'the postmaster': async () => {
        server.killPostmaster()
        await server.start()
      },
      'a frozen worker': async () => {
        const { workerId, thaw } = await crew.freeze(slot())
        const written = await writtenBy(workerId)
        await progress()
        thaw()
        await waitFor(() => crew.exitCodes.has(workerId), { what: 'the thawed worker ends', timeoutMs: 20_000 })
        frozen.push({ workerId, written })
      },
      'all of PostgreSQL': async () => {
        server.killAll()
        await server.start()
      },
      'a worker and all of PostgreSQL': async () => {
        await Promise.all([crew.kill(slot()), (async () => server.killAll())()])
        await server.start()
      },
      'two workers': () => Promise.all([crew.kill(0), crew.kill(1)]),
    }
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      for (const kill of Object.values(deaths)) {
        await progress()
        await kill()
      }
    }
    feeding = false
    await fed
    await waitFor(async () => (await unfinished()) === 0, { what: 'all runs finished', timeoutMs: 60_000 })

    const rows = await client.sql<{ id: string; status: number; seq: number; subject_id: string }[]>`select * from run`
    const { byRun, holes } = await journals()
    expect(holes).toEqual([])
    expect(rows.filter((row) => row.status !== 9)).toEqual([])
    expect(rows.filter((row) => byRun.get(row.id)?.length !== row.seq)).toEqual([])
    expect(new Set(queued).size).toBe(queued.length)
    expect(rows.filter((row) => row.subject_id === 'queued').map((row) => row.id)).toEqual(
      expect.arrayContaining(queued),
    )

    const steps = Array.from({ length: STEPS }, (_, step) => step)
    const kinds = (events: readonly CrashEvent[], type: CrashEvent['type']) =>
      events.flatMap((event) => (event.type === type && 'step' in event ? [event.step] : []))
    const broken = [...byRun].filter(
      ([, events]) =>
        !Bun.deepEquals(kinds(events, 'step-started'), steps) ||
        !Bun.deepEquals(kinds(events, 'step-completed'), steps) ||
        events[0]?.type !== 'started' ||
        events.at(-1)?.type !== 'finished' ||
        events.length !== 2 * STEPS + 3,
    )
    expect(broken).toEqual([])

    // Acknowledged: the very event, at its place.
    const acknowledged = acknowledgements()
    const missing = acknowledged.filter(([what, runId = '', sequence, nonce]) =>
      what === 'run' ? !byRun.has(runId) : byRun.get(runId)?.[Number(sequence)]?.nonce !== nonce,
    )
    expect(missing).toEqual([])

    // The outside world: one effect per key, and the journal knows the answer that was given.
    const keys = [...byRun.keys()].flatMap((runId) => EFFECT_STEPS.map((step) => `${runId}-${step}`))
    const effects = readdirSync(effectsDirectory).filter((name) => !name.includes('.'))
    expect(effects.sort()).toEqual(keys.sort())
    const contradicted = [...byRun].flatMap(([runId, events]) =>
      events.filter(
        (event) =>
          event.type === 'step-completed' &&
          EFFECT_STEPS.includes(event.step) &&
          readFileSync(join(effectsDirectory, `${runId}-${event.step}`), 'utf8') !== event.token,
      ),
    )
    expect(contradicted).toEqual([])

    for (const { workerId, written } of frozen) {
      expect(crew.exitCodes.get(workerId)).toBe(FENCED_EXIT_CODE)
      expect(await writtenBy(workerId)).toBe(written)
    }
    for (const sequences of await Promise.all(followed)) {
      expect(sequences).toEqual(Array.from({ length: 2 * STEPS + 3 }, (_, sequence) => sequence))
    }
    expect(rows.length).toBeGreaterThanOrEqual(RUNS_MIN)

    stopAll.abort()
    await crew.stop()
    await journal.close()
    await client.close(1)
    rmSync(directory, { recursive: true, force: true })
  },
  CYCLES * 240_000,
)
