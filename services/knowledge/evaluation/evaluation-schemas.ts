import { t } from 'elysia'
import { Retrieval } from '../bases/retrieval-schemas.ts'
import { Configurations } from '../retrieval/configuration-schemas.ts'
import type { AnswerRow, EvaluationRow } from './evaluation-repository.ts'
import { MEASURES } from './measured-question.ts'
import { NumberPageQuery, SetId } from './question-set-schemas.ts'
import type { EvaluationResults } from './summarise-evaluation.ts'
import { EVALUATION_STATES } from './tables.ts'

export const CreateEvaluation = t.Object(
  {
    questionSetId: SetId,
    configurations: t.Optional(Configurations),
    baseline: t.Optional(
      t.String({
        maxLength: 60,
        description: 'The configuration that the others are compared with; without it `current`, or the first.',
      }),
    ),
  },
  {
    examples: [
      {
        questionSetId: '019ab1f2-7a55-7000-8c11-2f4be1f0a00b',
        configurations: { current: {}, 'words only': { mode: 'lexical' } },
      },
    ],
  },
)

const share = (description: string) => t.Number({ description })

const Scores = t.Object(
  {
    ndcg10: share('nDCG of the first ten documents.'),
    recall5: share('Share of the expected documents among the first 5.'),
    recall10: share('… among the first 10.'),
    recall50: share('… among the first 50.'),
    reciprocalRank: share('1 / rank of the first expected document; its mean is MRR.'),
    hit10: share('1 where an expected document is among the first ten; its mean is the hit rate.'),
  },
  { description: '0..1, more is better.' },
)

const ModelCalls = t.Object({
  embeddingTokens: t.Integer({ description: 'Estimated.' }),
  rerankTokens: t.Integer({ description: 'Estimated.' }),
})

const Comparison = t.Object({
  difference: t.Number({ description: 'Above 0: better than the baseline.' }),
  interval: t.Tuple([t.Number(), t.Number()], {
    description:
      'The difference lies between these with a probability of 95 %: paired bootstrap over the questions. Where 0 lies between them, the difference may be chance.',
  }),
  better: t.Integer({ description: 'Questions.' }),
  worse: t.Integer(),
  same: t.Integer(),
})

const Results = t.Object({
  questions: t.Integer(),
  baseline: t.String({ description: 'What the others are compared with.' }),
  configurations: t.Record(
    t.String(),
    t.Object({
      scores: Scores,
      p50Ms: t.Number({ description: 'Milliseconds: half of the questions took no longer.' }),
      p95Ms: t.Number(),
      modelCalls: t.Composite([
        ModelCalls,
        t.Object({ cost: t.Nullable(t.Object({ amount: t.Number(), currency: t.String() })) }),
      ]),
    }),
  ),
  comparisons: t.Record(t.String(), t.Object(Object.fromEntries(MEASURES.map((measure) => [measure, Comparison])))),
})

const scores = { ndcg10: 0.71, recall5: 0.77, recall10: 0.84, recall50: 0.95, reciprocalRank: 0.68, hit10: 0.86 }

export const Evaluation = t.Object(
  {
    id: t.String(),
    baseId: t.String(),
    questionSetId: t.String(),
    state: t.UnionEnum(EVALUATION_STATES),
    configurations: t.Record(t.String(), Retrieval, { description: 'All settings, as they were when it began.' }),
    questionsDone: t.Integer(),
    results: t.Nullable(Results, {
      description: 'Once it has ended; of a cancelled one, what came of the questions until then.',
    }),
    failureReason: t.Nullable(t.String({ description: 'Why it failed, or why it is being tried again.' })),
    runId: t.Nullable(t.String({ description: 'See /api/runs/{id}.' })),
    createdAt: t.Date(),
    updatedAt: t.Date(),
  },
  {
    examples: [
      {
        id: '019ab1f2-7a55-7000-8c11-2f4be1f0a00c',
        baseId: 'starter-handbook',
        questionSetId: '019ab1f2-7a55-7000-8c11-2f4be1f0a00b',
        state: 'completed',
        configurations: {
          current: {
            ...{ mode: 'hybrid', embeddingModel: null, rerankModel: null, fusion: 'reciprocal-rank' },
            ...{ weights: { lexical: 1, vector: 1 }, scoreMin: 0 },
          },
        },
        questionsDone: 120,
        results: {
          questions: 120,
          baseline: 'current',
          configurations: {
            current: {
              scores,
              p50Ms: 1.2,
              p95Ms: 3.4,
              modelCalls: { embeddingTokens: 0, rerankTokens: 0, cost: null },
            },
          },
          comparisons: {},
        },
        failureReason: null,
        runId: '114742381023232000',
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-01T00:00:09.000Z',
      },
    ],
  },
)

export const EvaluationPage = t.Object({ evaluations: t.Array(Evaluation), nextBeforeId: t.Nullable(t.String()) })

const ConfigurationName = t.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000]+$' })

export const AnswerPageQuery = t.Composite([
  NumberPageQuery,
  t.Object({
    configuration: t.Optional(ConfigurationName),
    only: t.Optional(
      t.UnionEnum(['better', 'worse'], {
        default: undefined,
        description: 'Only questions that this `configuration` answered better, or worse, than the baseline.',
      }),
    ),
    measure: t.UnionEnum(MEASURES, { default: 'ndcg10', description: 'By which they are compared.' }),
  }),
])

export const AnswerPage = t.Object({
  questions: t.Array(
    t.Object({
      number: t.Integer(),
      question: t.String(),
      expected: t.Record(t.String(), t.Integer(), { description: 'Grade by document id.' }),
      configurations: t.Record(
        t.String(),
        t.Object({
          scores: Scores,
          firstRank: t.Nullable(t.Integer({ description: 'Rank of the first expected document among the first 50.' })),
          tookMs: t.Number(),
          modelCalls: ModelCalls,
          found: t.Array(t.String(), { description: 'Ids of the first ten documents, best first.' }),
        }),
      ),
    }),
  ),
  nextAfterNumber: t.Nullable(t.Integer()),
})

export const toEvaluation = (row: EvaluationRow): typeof Evaluation.static => ({
  id: row.id,
  baseId: row.baseId,
  questionSetId: row.setId,
  state: row.state,
  configurations: row.configurations as (typeof Evaluation.static)['configurations'],
  questionsDone: row.questionsDone,
  results: Object.keys(row.results).length === 0 ? null : (row.results as unknown as EvaluationResults),
  failureReason: row.failureReason,
  runId: row.runId,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
})

export const toAnswer = ({ number, question, expected, measured }: AnswerRow) => ({
  number,
  question,
  expected,
  configurations: measured,
})
