import { type Comparison, compareScores } from './compare-scores.ts'
import { MEASURES, type Measure, type MeasuredQuestion } from './measured-question.ts'

/** What a configuration came to over all questions. */
export interface ConfigurationFigures {
  /** Means over the questions. */
  scores: Record<Measure, number>
  /** Milliseconds that half, and 95 of 100, of the questions took at most. */
  p50Ms: number
  p95Ms: number
  modelCalls: MeasuredQuestion['modelCalls'] & {
    /** Null where a model that was asked has no price. */
    cost: { amount: number; currency: string } | null
  }
}

export interface EvaluationResults {
  questions: number
  /** What the others are compared with. */
  baseline: string
  configurations: Record<string, ConfigurationFigures>
  /** By name of each other configuration. */
  comparisons: Record<string, Record<Measure, Comparison>>
}

export type CostOf = (
  configuration: string,
  calls: MeasuredQuestion['modelCalls'],
) => ConfigurationFigures['modelCalls']['cost']

/** Figures of every configuration over the questions, and how the others differ from the baseline. Pause between them: each comparison takes milliseconds. */
export const summariseEvaluation = async (
  names: readonly string[],
  answers: readonly Record<string, MeasuredQuestion>[],
  { baseline, costOf, pause }: { baseline: string; costOf: CostOf; pause: () => Promise<void> },
): Promise<EvaluationResults> => {
  const of = (name: string) => answers.flatMap((answer) => answer[name] ?? [])
  const results: EvaluationResults = { questions: answers.length, baseline, configurations: {}, comparisons: {} }
  for (const name of names) {
    results.configurations[name] = toFigures(of(name), (calls) => costOf(name, calls))
    if (name === baseline) continue
    const compared: Partial<Record<Measure, Comparison>> = {}
    for (const measure of MEASURES) {
      const scores = (of: readonly MeasuredQuestion[]) => of.map((question) => question.scores[measure])
      compared[measure] = compareScores(scores(of(baseline)), scores(of(name)))
      await pause()
    }
    results.comparisons[name] = compared as Record<Measure, Comparison>
  }
  return results
}

const toFigures = (
  questions: readonly MeasuredQuestion[],
  costOf: (calls: MeasuredQuestion['modelCalls']) => ConfigurationFigures['modelCalls']['cost'],
): ConfigurationFigures => {
  const sum = (of: (question: MeasuredQuestion) => number) =>
    questions.reduce((total, question) => total + of(question), 0)
  const times = questions.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  const modelCalls = {
    embeddingTokens: sum((question) => question.modelCalls.embeddingTokens),
    rerankTokens: sum((question) => question.modelCalls.rerankTokens),
  }
  return {
    scores: Object.fromEntries(
      MEASURES.map((measure) => [
        measure,
        questions.length === 0 ? 0 : sum((question) => question.scores[measure]) / questions.length,
      ]),
    ) as Record<Measure, number>,
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    modelCalls: { ...modelCalls, cost: costOf(modelCalls) },
  }
}

/** The smallest value that so large a share of all does not exceed. @param sorted ascending */
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
