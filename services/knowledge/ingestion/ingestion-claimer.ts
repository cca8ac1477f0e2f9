import { availableParallelism } from 'node:os'
import type { Journal, RunHeader } from '#shared/journal/journal.ts'
import { type RunClaimer, startRunClaimer } from '#shared/journal/run-claimer.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createGatheredSteps } from './gathered-steps.ts'
import { failDocument, type IngestDocumentDependencies, ingestDocument } from './ingest-document.ts'
import { INGESTION_KIND, type IngestionEvent } from './ingestion-events.ts'
import { createIngestionPlaces } from './ingestion-places.ts'

/** Large documents read at once by one worker, each by a process of its own that is bound by the processor; the last one also has to be split and indexed. */
const LARGE_MAX = Math.min(Math.max(availableParallelism(), 2), 4)
/** A nudge comes at once after an upload in the same process; this finds what others queued. */
const POLL_MS = 500

/** Executes ingestion runs of all workers' uploads until the process drains. */
export const startIngestionClaimer = (
  dependencies: Omit<IngestDocumentDependencies, 'workerId' | 'together'> & {
    journal: Journal
    logger: Logger
    metrics: MetricsRegistry
    draining: AbortSignal
  },
): RunClaimer => {
  const { journal, logger, metrics, draining } = dependencies
  const ended = metrics.counter('orrery_knowledge_ingestions_total', 'Ingestion runs that ended, by outcome.')
  const seconds = metrics.histogram('orrery_knowledge_ingestion_seconds', 'Time from claim to end of an ingestion.')
  const together = createGatheredSteps(dependencies)
  const places = createIngestionPlaces({ largeMax: LARGE_MAX, onFree: () => claimer.nudge() })
  const claimer = startRunClaimer({
    journal,
    kinds: [INGESTION_KIND],
    concurrencyMax: places.runsMax,
    pollMs: POLL_MS,
    logger,
    draining,
    async execute(claimed, signal) {
      const startedMs = performance.now()
      using place = places.open({ isSuspect: claimed.header.attempts > 0 })
      const own = { ...dependencies, together, workerId: journal.workerId }
      const outcome = await ingestDocument(own, { ...claimed, place }, signal)
      ended.add(1, { outcome })
      seconds.observe((performance.now() - startedMs) / 1000)
    },
    async onGivenUp({ header, events }) {
      const failure = whyGivenUp(header, events as IngestionEvent[])
      const subject = { documentId: header.subjectId, runId: header.id }
      await failDocument(dependencies.documents, subject, failure)
      ended.add(1, { outcome: 'given-up' })
    },
  })
  return claimer
}

/** The cause that stopped it the last time, where it could be told. */
const whyGivenUp = ({ id, attempts }: RunHeader, events: readonly IngestionEvent[]) => {
  const last = events.findLast((event) => event.type === 'ingestion-interrupted')
  return {
    code: last?.code ?? 'KNOWLEDGE_INGESTION_GIVEN_UP',
    reason: `Ingestion was tried ${attempts} times and never came to an end. ${last?.reason ?? ''}`.trim(),
    remedy: last?.remedy ?? `Look for the run ${id} in the logs; then retry the document.`,
  }
}
