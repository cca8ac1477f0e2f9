import { ModelError } from '../model-error.ts'
import type { BudgetLine } from './budget-policy.ts'

/** The refusal of a call whose app has used up a budget. Names the limit and says when it begins anew. */
export const budgetExceeded = (
  appId: string,
  line: BudgetLine,
  options: { currency: string; now: Date },
): ModelError => {
  const unit = line.of === 'cost' ? options.currency : 'tokens'
  const used = line.of === 'cost' ? line.used.toFixed(4) : Math.round(line.used)
  return new ModelError(
    'MODEL_BUDGET_EXCEEDED',
    `The app ${appId} has used ${used} of the ${line.max} ${unit} that it has for a ${line.period}; the next ${line.period} begins at ${line.resetsAt.toISOString()}.`,
    { retryAfterMs: Math.max(0, line.resetsAt.getTime() - options.now.getTime()) },
  )
}
