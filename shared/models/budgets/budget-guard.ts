import type { ModelBudgetRow } from '../tables.ts'
import type { UsageRepository } from '../usage/usage-repository.ts'
import { budgetExceeded } from './budget-exceeded.ts'
import { type BudgetLine, exceededLine, judgeBudget, periodsAt, type Spent } from './budget-policy.ts'
import type { BudgetRepository } from './budget-repository.ts'

/** What other processes spent, and a changed budget, are noticed within this time. */
const KNOWN_MS = 1_000
/** That an app has got a budget at all is noticed within this time. */
const UNLIMITED_MS = 5_000
const APPS_KNOWN_MAX = 10_000

export interface BudgetGuard {
  /**
   * Throws MODEL_BUDGET_EXCEEDED when the app has used a budget up.
   * @param promptTokens of the call that is about to begin; asked only when the app has a budget
   */
  admit(appId: string, promptTokens: () => number): Promise<Reservation>
  forget(): void
}

/** The app's budget as it stands, and what its call counts until it is over. */
export interface Reservation {
  /** Calls that the app may have at the same time. */
  concurrencyMax: number | undefined
  /** Undefined when the app has no budget of costs: then any price will do. */
  currency: string | undefined
  /** Counts what a call used. */
  spend(used: { tokens: number; costNano: number; currency: string }): void
  /** Once; nothing is reserved any more. */
  end(): void
}

/** What this process knows of an app. */
interface Account {
  budget: ModelBudgetRow | undefined
  /** As the database told it. */
  spent: Spent
  /** By this process since then. */
  since: { tokens: number; costNano: number }
  /** Prompts of calls under way. */
  reservedTokens: number
  readMs: number
  /** The day that `spent` is about. */
  day: number
  /** Alerts that were told, by limit and end of its period. */
  alerted: Set<string>
}

const NOTHING: Spent = { dayTokens: 0, monthTokens: 0, dayCostNano: 0, monthCostNano: 0 }
const NO_COST = { tokens: 0, costNano: 0 }
const UNLIMITED: Reservation = {
  concurrencyMax: undefined,
  currency: undefined,
  spend: () => undefined,
  end: () => undefined,
}

/**
 * Knows what apps spent without asking for each call: the sums in the database, read again after a second, plus what this process used since, plus
 * the prompts of its calls under way. An app may overspend by the answers that were under way when its budget ran out, and by what other processes
 * used in the last second.
 */
export const createBudgetGuard = (dependencies: {
  budgets: Pick<BudgetRepository, 'findFor'>
  usage: Pick<UsageRepository, 'spent'>
  /** Resolves when what this process used is in the database. */
  settled(): Promise<void>
  /** Called once a process, limit and period when an app comes past the share that its budget names. */
  onAlert?(appId: string, line: BudgetLine): void
}): BudgetGuard => {
  const accounts = new Map<string, Account>()
  const reading = new Map<string, Promise<Account>>()

  const read = async (appId: string): Promise<Account> => {
    await dependencies.settled()
    const known = accounts.get(appId)
    // What ends while the database is asked may or may not be in its answer: it is counted twice rather than not at all, for a second.
    const before = { ...(known?.since ?? NO_COST) }
    const budget = await dependencies.budgets.findFor(appId)
    const periods = periodsAt(new Date())
    const spent = budget ? await dependencies.usage.spent(appId, { ...periods, currency: budget.currency }) : NOTHING
    const account: Account = known ?? {
      budget,
      spent,
      since: { ...NO_COST },
      reservedTokens: 0,
      readMs: 0,
      day: 0,
      alerted: new Set(),
    }
    account.since.tokens -= before.tokens
    account.since.costNano -= before.costNano
    Object.assign(account, { budget, spent, readMs: performance.now(), day: periods.day.getTime() })
    if (accounts.size >= APPS_KNOWN_MAX && !known) accounts.clear()
    accounts.set(appId, account)
    return account
  }

  const readOnce = (appId: string): Promise<Account> => {
    const known = reading.get(appId)
    if (known) return known
    const started = read(appId).finally(() => reading.delete(appId))
    reading.set(appId, started)
    return started
  }

  const accountOf = async (appId: string): Promise<Account> => {
    const known = accounts.get(appId)
    if (!known) return readOnce(appId)
    const isToday = known.day === periodsAt(new Date()).day.getTime()
    const isFresh = isToday && performance.now() - known.readMs < (known.budget ? KNOWN_MS : UNLIMITED_MS)
    // An old figure is used while a new one is fetched, and when the database is away.
    if (!isFresh) {
      const reread = readOnce(appId)
      if (known.budget) await reread.catch(() => undefined)
      else reread.catch(() => undefined)
    }
    return accounts.get(appId) ?? known
  }

  const tellAlerts = (appId: string, { alerted }: Account, lines: readonly BudgetLine[]) => {
    for (const line of lines) {
      const key = `${line.period} ${line.of} ${line.resetsAt.getTime()}`
      if (line.state === 'ok' || alerted.has(key)) continue
      alerted.add(key)
      dependencies.onAlert?.(appId, line)
    }
  }

  return {
    async admit(appId, promptTokens) {
      if (appId === '') return UNLIMITED
      const account = await accountOf(appId)
      const { budget } = account
      if (!budget) return UNLIMITED
      const now = new Date()
      const lines = judgeBudget(budget, standing(account), now)
      tellAlerts(appId, account, lines)
      const line = exceededLine(lines)
      if (line) throw budgetExceeded(appId, line, { currency: budget.currency, now })
      const reserved = promptTokens()
      account.reservedTokens += reserved
      const limitsCost = budget.dayCostMax !== null || budget.monthCostMax !== null
      return {
        concurrencyMax: budget.concurrencyMax ?? undefined,
        currency: limitsCost ? budget.currency : undefined,
        end() {
          account.reservedTokens -= reserved
        },
        spend({ tokens, costNano, currency }) {
          account.since.tokens += tokens
          if (currency === budget.currency) account.since.costNano += costNano
        },
      }
    },
    forget: () => accounts.clear(),
  }
}

const standing = ({ spent, since, reservedTokens }: Account): Spent => ({
  dayTokens: spent.dayTokens + since.tokens + reservedTokens,
  monthTokens: spent.monthTokens + since.tokens + reservedTokens,
  dayCostNano: spent.dayCostNano + since.costNano,
  monthCostNano: spent.monthCostNano + since.costNano,
})
