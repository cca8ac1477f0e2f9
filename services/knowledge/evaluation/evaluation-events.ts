/** Kind of the runs that measure settings over a question set. */
export const EVALUATION_KIND = 'evaluation'

/** What the journal tells of an evaluation: its trace. A worker that takes over goes on behind the questions whose answers are stored. */
export type EvaluationEvent =
  | { type: 'evaluation-queued'; evaluationId: string; baseId: string; setId: string; configurations: string[] }
  | { type: 'evaluation-started'; worker: number; attempt: number; questionsDone: number; questions: number }
  | { type: 'evaluation-progressed'; questionsDone: number; questions: number }
  | { type: 'evaluation-completed'; questions: number; ms: number }
  | { type: 'evaluation-failed'; code: string; reason: string; remedy: string }
  | { type: 'evaluation-skipped'; reason: string }
