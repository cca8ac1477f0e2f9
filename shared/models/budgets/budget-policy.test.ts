import { expect, test } from 'bun:test'
import { type Budget, exceededLine, judgeBudget, NANO, periodsAt } from './budget-policy.ts'

const none: Budget = {
  dayTokensMax: null,
  monthTokensMax: null,
  dayCostMax: null,
  monthCostMax: null,
  currency: 'USD',
  alertAt: 0.8,
}
const spent = { dayTokens: 80, monthTokens: 900, dayCostNano: 2.5 * NANO, monthCostNano: 30 * NANO }
const at = new Date('2026-12-31T23:30:00Z')

test('a budget without limits says nothing, whatever was spent', () => {
  expect(judgeBudget(none, spent, at)).toEqual([])
})

test('each limit tells how far it is used, and when it begins anew', () => {
  const lines = judgeBudget({ ...none, dayTokensMax: 100, monthTokensMax: 900, dayCostMax: 5 }, spent, at)
  const newYear = new Date('2027-01-01T00:00:00Z')
  expect(lines).toEqual([
    { period: 'day', of: 'tokens', max: 100, used: 80, state: 'alert', resetsAt: newYear },
    { period: 'day', of: 'cost', max: 5, used: 2.5, state: 'ok', resetsAt: newYear },
    { period: 'month', of: 'tokens', max: 900, used: 900, state: 'exceeded', resetsAt: newYear },
  ])
})

test('of two exceeded limits the one that lasts longer is told', () => {
  const middle = new Date('2026-03-10T12:00:00Z')
  const lines = judgeBudget({ ...none, dayTokensMax: 1, monthCostMax: 1 }, spent, middle)
  expect(exceededLine(lines)).toMatchObject({ period: 'month', resetsAt: new Date('2026-04-01T00:00:00Z') })
  expect(exceededLine([])).toBeUndefined()
})

test('a budget of zero refuses everything', () => {
  const nothing = { dayTokens: 0, monthTokens: 0, dayCostNano: 0, monthCostNano: 0 }
  expect(exceededLine(judgeBudget({ ...none, dayTokensMax: 0 }, nothing, at))).toBeDefined()
})

test('days and months are those of UTC', () => {
  expect(periodsAt(new Date('2024-02-29T23:59:59.999Z'))).toEqual({
    day: new Date('2024-02-29T00:00:00Z'),
    month: new Date('2024-02-01T00:00:00Z'),
    nextDay: new Date('2024-03-01T00:00:00Z'),
    nextMonth: new Date('2024-03-01T00:00:00Z'),
  })
})
