import { t } from 'elysia'
import type { BudgetLine } from '#shared/models/budgets/budget-policy.ts'
import type { ModelBudgetRow } from '#shared/models/budgets/budget-repository.ts'

const tokens = (period: string) =>
  t.Nullable(
    t.Integer({
      minimum: 0,
      maximum: 1e15,
      description: `Tokens of prompts and answers in a ${period} of UTC; null: any.`,
    }),
  )
const cost = (period: string) =>
  t.Nullable(t.Number({ minimum: 0, maximum: 1e12, description: `In \`currency\`, in a ${period} of UTC; null: any.` }))

const fields = {
  concurrencyMax: t.Nullable(
    t.Integer({
      minimum: 1,
      maximum: 100_000,
      description: 'Calls of models at the same time, over all workers; null: any.',
    }),
  ),
  dayTokensMax: tokens('day'),
  monthTokensMax: tokens('month'),
  dayCostMax: cost('day'),
  monthCostMax: cost('month'),
  currency: t.String({
    pattern: '^[A-Z]{3}$',
    description: 'ISO 4217; a model with a price in another one is refused.',
  }),
  alertAt: t.Number({ minimum: 0, maximum: 1, description: 'Share of a budget from which its state is `alert`.' }),
}

const example = {
  ...{ concurrencyMax: 20, dayTokensMax: 2_000_000, monthTokensMax: null, dayCostMax: null, monthCostMax: 50 },
  ...{ currency: 'USD', alertAt: 0.8 },
}

export const BudgetApp = t.Object({
  appId: t.String({
    minLength: 1,
    maxLength: 200,
    description: 'Id of an app; `*` for every app that has no budget of its own.',
    examples: ['*'],
  }),
})

export const BudgetListQuery = t.Object({
  after: t.Optional(t.String({ maxLength: 200, description: 'The `nextAfter` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: 1_000, default: 200 }),
})

export const BudgetBody = t.Partial(t.Object(fields), { examples: [example] })
export type BudgetBody = typeof BudgetBody.static

export const Budget = t.Object(
  { appId: t.String(), ...fields, updatedAt: t.String({ format: 'date-time' }) },
  { examples: [{ appId: 'shop', ...example, updatedAt: '2026-01-01T00:00:00.000Z' }] },
)
export type Budget = typeof Budget.static

export const BudgetPage = t.Object({ budgets: t.Array(Budget), nextAfter: t.Nullable(t.String()) })

const Line = t.Object({
  period: t.Union([t.Literal('day'), t.Literal('month')]),
  of: t.Union([t.Literal('tokens'), t.Literal('cost')]),
  max: t.Number(),
  used: t.Number(),
  state: t.Union([t.Literal('ok'), t.Literal('alert'), t.Literal('exceeded')]),
  resetsAt: t.String({ format: 'date-time' }),
})

/** A budget and where the app stands. */
export const BudgetStanding = t.Object(
  {
    budget: Budget,
    standing: t.Array(Line, { description: 'One entry for each limit of the budget; none for `*`.' }),
  },
  {
    examples: [
      {
        budget: { appId: 'shop', ...example, updatedAt: '2026-01-01T00:00:00.000Z' },
        standing: [
          { period: 'month', of: 'cost', max: 50, used: 41.2, state: 'alert', resetsAt: '2026-02-01T00:00:00.000Z' },
        ],
      },
    ],
  },
)

/** Row to answer. */
export const toBudget = ({ createdAt: _, updatedAt, ...row }: ModelBudgetRow): Budget => ({
  ...row,
  updatedAt: updatedAt.toISOString(),
})

export const toLine = (line: BudgetLine) => ({ ...line, resetsAt: line.resetsAt.toISOString() })
