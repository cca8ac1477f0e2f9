import { t } from 'elysia'
import type { UsageRow as StoredRow } from '#shared/models/usage/usage-report-repository.ts'

const KEYS = 'app|model|day|hour'
const moment = (description: string) =>
  t.Optional(t.String({ format: 'date-time', description, examples: ['2026-01-01T00:00:00Z'] }))

export const UsageQueryFields = t.Object({
  from: moment('Beginning, whole hours of UTC; 30 days ago when left out.'),
  to: moment('End, not included; now when left out.'),
  appId: t.Optional(t.String({ maxLength: 200, description: 'Only this app; an app sees its own usage in any case.' })),
  model: t.Optional(t.String({ maxLength: 200, description: '`inline` for endpoints that requests carried.' })),
  groupBy: t.String({
    pattern: `^(${KEYS})(,(${KEYS}))*$`,
    default: 'model',
    description: 'What rows are added up by, of app, model, day and hour. Costs of two currencies are never added up.',
    examples: ['app,model,day'],
  }),
  after: t.Optional(t.String({ maxLength: 2_000, description: 'The `nextAfter` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: 1_000, default: 200 }),
})

const UsageRow = t.Object({
  time: t.Optional(t.String({ description: 'Beginning of the day or hour, UTC.' })),
  appId: t.Optional(t.String({ description: 'Empty for calls of no app.' })),
  model: t.Optional(t.String()),
  currency: t.String({ description: 'Of the cost; empty for models without a price.' }),
  calls: t.Number(),
  brokenCalls: t.Number({ description: 'Of the calls: failed, cut, or left by their reader.' }),
  estimatedCalls: t.Number({ description: 'Of the calls: the provider told no usage, so that it was estimated.' }),
  promptTokens: t.Number(),
  completionTokens: t.Number(),
  estimatedTokens: t.Number({ description: 'Of all the tokens: the estimated ones.' }),
  cost: t.Number({ description: 'At the prices of the moments of the calls.' }),
})
type UsageRow = typeof UsageRow.static

export const UsagePage = t.Object(
  {
    usage: t.Array(UsageRow),
    nextAfter: t.Nullable(t.String({ description: 'Pass it as `after`; null on the last page.' })),
  },
  {
    examples: [
      {
        usage: [
          {
            ...{
              time: '2026-01-01T00:00:00Z',
              appId: 'shop',
              model: 'gpt',
              currency: 'USD',
              calls: 12,
              brokenCalls: 1,
            },
            ...{ estimatedCalls: 0, promptTokens: 5_200, completionTokens: 900, estimatedTokens: 0, cost: 0.0031 },
          },
        ],
        nextAfter: null,
      },
    ],
  },
)

const NANO = 1e9

/** Row to answer. */
export const toUsage = ({ costNano, ...row }: StoredRow): UsageRow => ({ ...row, cost: costNano / NANO })
