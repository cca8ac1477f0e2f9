import { createEvaluationRepository, type EvaluationRow } from './evaluation-repository.ts'
import type { QueueEvaluationDependencies } from './queue-evaluation.ts'

/** Asks for an evaluation to be cancelled, wherever it is executed. One that has ended stays as it is. Returns it as it is then. */
export const cancelEvaluation = async (
  { database, journal, nudge }: QueueEvaluationDependencies,
  evaluation: EvaluationRow,
): Promise<EvaluationRow> => {
  const evaluations = createEvaluationRepository(database)
  if (evaluation.state !== 'queued' && evaluation.state !== 'running') return evaluation
  const known = await (await journal()).cancel(evaluation.runId ?? '0')
  // Its process died before the run was stored: nobody else would end it.
  if (known === undefined) await evaluations.move(evaluation.id, 'cancelled')
  nudge()
  return (await evaluations.find(evaluation.id)) ?? evaluation
}
