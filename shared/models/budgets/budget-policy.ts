/** What an app may use in a day and a month of UTC; null: any amount. Costs in `currency`. */
export interface Budget {
  dayTokensMax: number | null
  monthTokensMax: number | null
  dayCostMax: number | null
  monthCostMax: number | null
  currency: string
  /** Share from which the state says `alert`. */
  alertAt: number
}

/** What was used, costs in billionths of the budget's currency. */
export interface Spent {
  dayTokens: number
  monthTokens: number
  dayCostNano: number
  monthCostNano: number
}

export const NANO = 1e9

export interface BudgetLine {
  period: 'day' | 'month'
  of: 'tokens' | 'cost'
  max: number
  used: number
  state: 'ok' | 'alert' | 'exceeded'
  /** When the period ends. */
  resetsAt: Date
}

/** Each limit of the budget and where it stands. Pure: `at` is now. */
export const judgeBudget = (budget: Budget, spent: Spent, at: Date): BudgetLine[] => {
  const { nextDay, nextMonth } = periodsAt(at)
  const lines: (Omit<BudgetLine, 'state' | 'max'> & { max: number | null })[] = [
    { period: 'day', of: 'tokens', max: budget.dayTokensMax, used: spent.dayTokens, resetsAt: nextDay },
    { period: 'day', of: 'cost', max: budget.dayCostMax, used: spent.dayCostNano / NANO, resetsAt: nextDay },
    { period: 'month', of: 'tokens', max: budget.monthTokensMax, used: spent.monthTokens, resetsAt: nextMonth },
    { period: 'month', of: 'cost', max: budget.monthCostMax, used: spent.monthCostNano / NANO, resetsAt: nextMonth },
  ]
  return lines.flatMap(({ max, ...line }) =>
    max === null ? [] : [{ ...line, max, state: stateOf(line.used, max, budget.alertAt) }],
  )
}

/** The exceeded limit that lasts longest, so that whoever waits for it does not meet another one. */
export const exceededLine = (lines: readonly BudgetLine[]): BudgetLine | undefined =>
  lines.filter(({ state }) => state === 'exceeded').sort((a, b) => b.resetsAt.getTime() - a.resetsAt.getTime())[0]

const stateOf = (used: number, max: number, alertAt: number): BudgetLine['state'] => {
  if (used >= max) return 'exceeded'
  return used >= max * alertAt ? 'alert' : 'ok'
}

/** The day and month of UTC that a moment is in, and their ends. */
export const periodsAt = (at: Date): { day: Date; month: Date; nextDay: Date; nextMonth: Date } => {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  return {
    day: new Date(Date.UTC(year, month, day)),
    month: new Date(Date.UTC(year, month, 1)),
    nextDay: new Date(Date.UTC(year, month, day + 1)),
    nextMonth: new Date(Date.UTC(year, month + 1, 1)),
  }
}
