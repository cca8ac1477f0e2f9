import { expect, test } from 'bun:test'
import { MEASURES, type Measure, type MeasuredQuestion } from './measured-question.ts'
import { summariseEvaluation } from './summarise-evaluation.ts'

const measured = (score: number, tookMs: number, embeddingTokens = 0): MeasuredQuestion => ({
  scores: Object.fromEntries(MEASURES.map((measure) => [measure, score])) as Record<Measure, number>,
  firstRank: null,
  tookMs,
  modelCalls: { embeddingTokens, rerankTokens: 0 },
  found: [],
})
const pause = async () => undefined

test('figures are means, percentiles by nearest rank, and sums of what models read', async () => {
  const answers = Array.from({ length: 20 }, (_, number) => ({ a: measured(number / 20, number + 1, 3) }))
  const asked: unknown[] = []
  const costOf = (name: string, calls: unknown) => {
    asked.push([name, calls])
    return { amount: 0.5, currency: 'USD' }
  }
  const { questions, configurations, comparisons } = await summariseEvaluation(['a'], answers, {
    ...{ baseline: 'a', costOf, pause },
  })
  expect([questions, comparisons]).toEqual([20, {}])
  expect(configurations.a).toMatchObject({ p50Ms: 10, p95Ms: 19 })
  expect(configurations.a?.scores.ndcg10).toBeCloseTo(0.475, 12)
  expect(configurations.a?.modelCalls).toMatchObject({ embeddingTokens: 60, cost: { amount: 0.5, currency: 'USD' } })
  expect(asked).toEqual([['a', { embeddingTokens: 60, rerankTokens: 0 }]])
})

test('every other configuration is compared with the baseline, wherever that stands', async () => {
  const answers = [1, 2, 3].map(() => ({ better: measured(0.9, 1), base: measured(0.5, 1), worse: measured(0.4, 1) }))
  const { comparisons } = await summariseEvaluation(['better', 'base', 'worse'], answers, {
    ...{ baseline: 'base', costOf: () => null, pause },
  })
  expect(Object.keys(comparisons)).toEqual(['better', 'worse'])
  expect(comparisons.better?.ndcg10).toMatchObject({ better: 3, worse: 0, same: 0 })
  expect(comparisons.worse?.recall5?.difference).toBeCloseTo(-0.1, 12)
})

test('nothing measured is nothing, not a failure', async () => {
  const { configurations } = await summariseEvaluation(['a'], [], { baseline: 'a', costOf: () => null, pause })
  expect(configurations.a).toMatchObject({ p50Ms: 0, p95Ms: 0, scores: { ndcg10: 0 } })
})
