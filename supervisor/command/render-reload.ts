import type { ReloadOutcome } from '../reload/reload-outcome.ts'
import type { ReloadPlan } from '../reload/reload-policy.ts'
import { renderTable } from './text-table.ts'

const SECOND_MS = 1_000

/** What a reload does or would do, one row for each change. Pure. */
export const renderPlan = (plan: ReloadPlan): string => {
  const rows = [
    ...plan.refused.map((reason) => ['new start', reason]),
    ...plan.hot.map((change) => ['at once', change]),
    ...plan.added.map((pool) => ['new pool', pool]),
    ...plan.removed.map((pool) => ['pool goes', pool]),
    ...plan.rolling.map(({ pool, reasons }) => ['workers', `${pool}: ${reasons.join('; ')}`]),
    ...plan.gateway.map((reason) => ['gateway', reason]),
  ]
  return rows.length === 0 ? 'There is no difference.\n' : renderTable(['HOW', 'WHAT'], rows)
}

/** What `orrery reload --plan` shows. Pure. */
export const renderPreview = ({ result, problems, plan }: ReloadOutcome): string => {
  if (!plan) return `The configuration is invalid; a reload would change nothing:\n${list(problems)}`
  const verdict = result === 'refused' ? '\nA reload would change nothing: some of it needs a new start.\n' : ''
  return `${renderPlan(plan)}${verdict}`
}

/** How a reload ended. Pure. */
export const renderOutcome = ({ result, problems, plan, elapsedMs }: ReloadOutcome): string => {
  const seconds = `${(elapsedMs / SECOND_MS).toFixed(1)} s`
  if (result === 'unchanged') return 'Nothing differs from what runs; nothing was changed.\n'
  if (result === 'applied') return `${plan ? renderPlan(plan) : ''}\nApplied in ${seconds}.\n`
  if (result === 'invalid') return `The configuration is invalid; nothing was changed:\n${list(problems)}`
  if (result === 'refused') return `Nothing was changed: only a new start can change this.\n${list(problems)}`
  return `Taken back after ${seconds}; the old workers serve as before:\n${list(problems)}`
}

const list = (problems: readonly string[]): string => problems.map((problem) => `  ${problem}\n`).join('')
