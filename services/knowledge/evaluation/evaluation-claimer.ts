import type { Journal } from '#shared/journal/journal.ts'
import { type RunClaimer, startRunClaimer } from '#shared/journal/run-claimer.ts'
import { EVALUATION_KIND } from './evaluation-events.ts'
import { endEvaluation, type RunEvaluationDependencies, runEvaluation } from './run-evaluation.ts'

/** Side by side, two evaluations would measure each other's load. */
const CONCURRENCY_MAX = 1
/** A nudge comes at once in the process that queued; this finds what others queued, and nobody waits at a screen for it. */
const POLL_MS = 2_000

/** Executes evaluations of all workers until the process drains. */
export const startEvaluationClaimer = (
  dependencies: Omit<RunEvaluationDependencies, 'workerId'> & { journal: Journal; draining: AbortSignal },
): RunClaimer => {
  const { journal, logger, metrics, draining } = dependencies
  const ended = metrics.counter('orrery_knowledge_evaluations_total', 'Evaluations that ended, by outcome.')
  return startRunClaimer({
    journal,
    kinds: [EVALUATION_KIND],
    concurrencyMax: CONCURRENCY_MAX,
    pollMs: POLL_MS,
    logger,
    draining,
    async execute(claimed, signal) {
      const outcome = await runEvaluation({ ...dependencies, workerId: journal.workerId }, claimed, signal)
      ended.add(1, { outcome })
    },
    async onCancelled({ header }) {
      await endEvaluation(dependencies, header.subjectId, 'cancelled')
      ended.add(1, { outcome: 'cancelled' })
    },
    async onGivenUp({ header }) {
      await endEvaluation(dependencies, header.subjectId, 'failed')
      ended.add(1, { outcome: 'given-up' })
    },
  })
}
