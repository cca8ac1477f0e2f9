import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'

/** Seconds; a flush on a quiet local disk takes under 5 ms. */
const FLUSH_SECONDS_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

export const createJournalMetrics = (metrics: MetricsRegistry) => ({
  events: metrics.counter('orrery_journal_events_total', 'Events stored in the journal.'),
  flushSeconds: metrics.histogram(
    'orrery_journal_flush_seconds',
    'Time from the start of a flush to its commit, retries included.',
    FLUSH_SECONDS_BOUNDS,
  ),
  flushRetries: metrics.counter('orrery_journal_flush_retries_total', 'Flushes that had to be sent again.'),
  queuedBytes: metrics.gauge('orrery_journal_queued_bytes', 'Events that wait to be stored.'),
  runsOwned: metrics.gauge('orrery_journal_runs_owned', 'Runs that this process executes.'),
  runsClaimed: metrics.counter(
    'orrery_journal_runs_claimed_total',
    'Runs taken over from the queue or from other workers.',
  ),
  runsLost: metrics.counter('orrery_journal_runs_lost_total', 'Runs that another worker turned out to own.'),
  gaps: metrics.counter('orrery_journal_gaps_total', 'Runs failed because their journal has a gap.'),
})

export type JournalMetrics = ReturnType<typeof createJournalMetrics>
