import { readFile } from 'node:fs/promises'
import postgres from 'postgres'
import type { Plan } from '../../services/workflow/definition/plan.ts'
import { executeRun } from '../../services/workflow/runs/execute-run.ts'
import { RUN_KIND, toJournalEvent } from '../../services/workflow/runs/run-event-log.ts'
import { createRunInboxes } from '../../services/workflow/runs/run-inboxes.ts'
import { createRunMetrics } from '../../services/workflow/runs/run-metrics.ts'
import { startEvent, testServices } from '../../services/workflow/test/run-in-memory.ts'
import { startCrashPostgres } from '../../shared/journal/fixtures/crash-postgres.ts'
import { openJournal } from '../../shared/journal/open-journal.ts'
import { silentLogger } from '../../shared/logging/logger.ts'
import { createMetricsRegistry } from '../../shared/metrics/metrics-registry.ts'
import { connectionOptions } from '../../shared/postgres/connect.ts'

/** A PostgreSQL of its own with `fsync` on, and the journal of this process in it. */
export const startDurableRuns = async () => {
  const server = await startCrashPostgres()
  const sql = postgres({ ...connectionOptions(server.url), max: 1 })
  const schema = await readFile(new URL('../../shared/journal/schema.sql', import.meta.url), 'utf8')
  for (const statement of schema.split('--> statement-breakpoint')) await sql.unsafe(statement)
  await sql.end()

  const registry = createMetricsRegistry()
  const journal = await openJournal({ databaseUrl: server.url, logger: silentLogger, metrics: registry })
  const metrics = createRunMetrics(registry)
  const services = testServices()
  const inboxes = createRunInboxes()
  const stopping = new AbortController().signal
  return {
    /** One run, as the service executes it. Over when its end is on disk, and all before it. */
    runs: (plan: Plan) => async () => {
      const start = startEvent({ q: 'hello' })
      const writer = journal.start({ kind: RUN_KIND, appId: 'bench', subjectId: 'flow', subjectVersion: '' })
      writer.append(toJournalEvent(start))
      const run = { writer, plan, start, past: [], services }
      const end = await executeRun({ logger: silentLogger, metrics, inboxes, stopping }, run)
      if (end !== 'finished') throw new Error(`the run was ${end}`)
    },
    async [Symbol.asyncDispose]() {
      await journal.close()
      await server[Symbol.asyncDispose]()
    },
  }
}
