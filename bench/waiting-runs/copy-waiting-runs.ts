import { join } from 'node:path'
import { waitKey } from '../../services/workflow/runs/park-run.ts'
import type { JournalEvent, NewRun } from '../../shared/journal/journal.ts'
import { openJournal } from '../../shared/journal/open-journal.ts'
import { runtimeDirectory } from '../../shared/lifecycle/runtime-directory.ts'
import { silentLogger } from '../../shared/logging/logger.ts'
import { createMetricsRegistry } from '../../shared/metrics/metrics-registry.ts'

/** Runs that are written at once. */
const BATCH = 500
const EVENT_ID_DIGITS = 6

/**
 * Parks copies of a run that waits, through a journal of this process: the same rows and events as if a worker had executed each.
 * @returns the ids of their questions
 */
export const copyWaitingRuns = async (
  dataDirectory: string,
  wanted: { eventId: string; count: number },
): Promise<string[]> => {
  const socket = encodeURIComponent(join(runtimeDirectory(dataDirectory), 'postgres'))
  const journal = await openJournal({
    databaseUrl: `postgres://postgres@/postgres?host=${socket}`,
    logger: silentLogger,
    metrics: createMetricsRegistry(),
  })
  try {
    const runId = wanted.eventId.slice(0, -EVENT_ID_DIGITS)
    const header = await journal.find(runId)
    if (!header) throw new Error(`there is no run ${runId}`)
    const { kind, appId, subjectId, subjectVersion } = header
    const run: NewRun = { kind, appId, subjectId, subjectVersion }
    const text = JSON.stringify((await journal.read(runId, -1)).map(({ event }) => event))
    const wakeAt = new Date(Date.now() + 365 * 24 * 3600 * 1000)
    const park = async (): Promise<string> => {
      const writer = journal.start(run)
      for (const event of JSON.parse(text.replaceAll(runId, writer.runId)) as JournalEvent[]) writer.append(event)
      await writer.park({ key: waitKey(writer.runId), wakeAt })
      return writer.runId + wanted.eventId.slice(-EVENT_ID_DIGITS)
    }
    const eventIds: string[] = []
    while (eventIds.length < wanted.count) {
      const size = Math.min(BATCH, wanted.count - eventIds.length)
      eventIds.push(...(await Promise.all(Array.from({ length: size }, park))))
    }
    return eventIds
  } finally {
    await journal.close()
  }
}
