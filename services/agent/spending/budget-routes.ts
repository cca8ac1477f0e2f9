import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { judgeBudget, periodsAt } from '#shared/models/budgets/budget-policy.ts'
import type { ModelBudgetRow } from '#shared/models/budgets/budget-repository.ts'
import { type BudgetRepository, EVERY_APP } from '#shared/models/budgets/budget-repository.ts'
import type { ModelGate } from '#shared/models/gate/model-gate.ts'
import type { UsageRepository } from '#shared/models/usage/usage-repository.ts'
import { BudgetNotFoundError, RootOnlyError } from '../errors.ts'
import {
  Budget,
  BudgetApp,
  BudgetBody,
  BudgetListQuery,
  BudgetPage,
  BudgetStanding,
  toBudget,
  toLine,
} from './budget-schemas.ts'

export interface BudgetRoutesDependencies {
  budgets: BudgetRepository
  usage: Pick<UsageRepository, 'spent'>
  gate: Pick<ModelGate, 'forget'>
}

const DEFAULTS = {
  ...{ concurrencyMax: null, dayTokensMax: null, monthTokensMax: null, dayCostMax: null, monthCostMax: null },
  ...{ currency: 'USD', alertAt: 0.8 },
}

const requireRoot = ({ request }: { request: Request }): void => {
  if (readCaller(request.headers).role !== 'root') throw new RootOnlyError()
}

/** `/api/budgets`: what apps may spend on models. Set by root and administrators; an app sees its own. */
export const budgetRoutes = (dependencies: BudgetRoutesDependencies) =>
  new Elysia({ prefix: '/api/budgets', tags: ['models'] })
    .get(
      '',
      async ({ query }) => {
        const found = await dependencies.budgets.list({ after: query.after ?? '', limit: query.limit + 1 })
        const budgets = found.slice(0, query.limit).map(toBudget)
        return { budgets, nextAfter: found.length > query.limit ? (budgets.at(-1)?.appId ?? null) : null }
      },
      {
        beforeHandle: requireRoot,
        query: BudgetListQuery,
        response: { 200: BudgetPage },
        detail: { summary: 'List budgets' },
      },
    )
    .get(
      '/:appId',
      async ({ params, request }) => {
        const caller = readCaller(request.headers)
        if (caller.role !== 'root' && caller.appId !== params.appId) throw new RootOnlyError()
        const row = await dependencies.budgets.findFor(params.appId)
        if (!row) throw new BudgetNotFoundError(params.appId)
        return { budget: toBudget(row), standing: await standingOf(dependencies, params.appId, row) }
      },
      {
        params: BudgetApp,
        response: { 200: BudgetStanding },
        detail: { summary: 'The budget that holds for an app, and where it stands' },
      },
    )
    .put(
      '/:appId',
      async ({ params, body }) => {
        const saved = await dependencies.budgets.save({ ...DEFAULTS, ...body, appId: params.appId })
        dependencies.gate.forget()
        return toBudget(saved)
      },
      {
        beforeHandle: requireRoot,
        params: BudgetApp,
        body: BudgetBody,
        response: { 200: Budget },
        detail: { summary: 'Set the budget of an app, whole; what is left out is not limited' },
      },
    )
    .delete(
      '/:appId',
      async ({ params, set }) => {
        if (!(await dependencies.budgets.remove(params.appId))) throw new BudgetNotFoundError(params.appId)
        dependencies.gate.forget()
        set.status = 204
      },
      {
        beforeHandle: requireRoot,
        params: BudgetApp,
        detail: { summary: 'Delete the budget of an app', responses: { 204: { description: 'Deleted' } } },
      },
    )

const standingOf = async ({ usage }: BudgetRoutesDependencies, appId: string, row: ModelBudgetRow) => {
  if (appId === EVERY_APP) return []
  const now = new Date()
  const spent = await usage.spent(appId, { ...periodsAt(now), currency: row.currency })
  return judgeBudget(row, spent, now).map(toLine)
}
