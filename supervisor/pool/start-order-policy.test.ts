import { expect, test } from 'bun:test'
import {
  findCycle,
  type OrderedPlan,
  orderProblems,
  type PoolStanding,
  PREDECESSOR_MS_MAX,
  stopOrder,
  takeTurns,
} from './start-order-policy.ts'

const NOW_MS = 1_000_000

/** `a < b c` is a pool a that comes after b and c. */
const plans = (...lines: string[]): OrderedPlan[] =>
  lines.map((line) => {
    const [name = '', after] = line.split(' < ')
    return after === undefined ? { name } : { name, after: after.split(' ') }
  })

const standings = (lines: string[], facts: Record<string, Partial<PoolStanding>> = {}): PoolStanding[] =>
  plans(...lines).map((plan) => ({ ...plan, begunMs: undefined, ready: false, failed: false, ...facts[plan.name] }))

const begunFor = (ms: number) => ({ begunMs: NOW_MS - ms })
const turnsOf = (lines: string[], facts?: Record<string, Partial<PoolStanding>>) =>
  takeTurns(standings(lines, facts), NOW_MS)

test('a pool after itself, or after one that does not exist, is told with what there is', () => {
  expect(orderProblems(plans('a < a', 'b < c', 'd < a b'))).toEqual([
    'pools.a.after: a pool cannot come after itself',
    'pools.b.after: there is no pool c; there are a, b, d',
  ])
})

test('an order that goes round is told with its path, and only its path', () => {
  const rounds = plans('entry < agent', 'agent < knowledge', 'knowledge < agent', 'last')
  expect(findCycle(rounds)).toEqual(['agent', 'knowledge', 'agent'])
  expect(orderProblems(rounds)).toEqual([expect.stringContaining(': agent -> knowledge -> agent')])
  expect(findCycle(plans('a < b', 'b < c', 'c < a'))).toEqual(['a', 'b', 'c', 'a'])
})

test('two ways to the same pool are no cycle', () => {
  expect(orderProblems(plans('top < left right', 'left < bottom', 'right < bottom', 'bottom'))).toEqual([])
})

test('pools without an order all begin at once', () => {
  expect(turnsOf(['a', 'b', 'c'])).toEqual({
    turns: ['a', 'b', 'c'].map((name) => ({ name, without: [] })),
    lookAgainMs: undefined,
  })
})

test('a pool begins only when every pool before it has a ready worker', () => {
  const lines = ['top < left right', 'left', 'right', 'free']
  const names = (facts?: Record<string, Partial<PoolStanding>>) => turnsOf(lines, facts).turns.map(({ name }) => name)
  expect(names()).toEqual(['left', 'right', 'free'])
  const begun = { left: begunFor(10), right: begunFor(10), free: begunFor(10) }
  expect(names(begun)).toEqual([])
  expect(names({ ...begun, left: { ...begun.left, ready: true } })).toEqual([])
  // Workers of an earlier supervisor are ready before anything begins.
  expect(names({ ...begun, left: { ready: true }, right: { ready: true } })).toEqual(['top', 'left', 'right'])
})

test('a pool that failed holds up nobody, and who begins without it says so', () => {
  const { turns } = turnsOf(['top < low'], {})
  expect(turns).toEqual([{ name: 'top', without: [] }]) // nobody waits for a pool that is not there
  expect(turnsOf(['top < low', 'low'], { low: { ...begunFor(5), failed: true } }).turns).toEqual([
    { name: 'top', without: [{ name: 'low', why: 'failed' }] },
  ])
})

test('a pool that is late holds up others for its time and no longer, counted from its own turn', () => {
  const lines = ['top < middle', 'middle < low', 'low']
  expect(turnsOf(lines, { low: begunFor(PREDECESSOR_MS_MAX - 1) })).toEqual({ turns: [], lookAgainMs: 1 })
  expect(turnsOf(lines, { low: begunFor(PREDECESSOR_MS_MAX) }).turns).toEqual([
    { name: 'middle', without: [{ name: 'low', why: 'late' }] },
  ])
  const later = { low: begunFor(PREDECESSOR_MS_MAX + 5), middle: begunFor(5) }
  expect(turnsOf(lines, later)).toEqual({ turns: [], lookAgainMs: PREDECESSOR_MS_MAX - 5 })
})

test('at the stop a pool waits for those that come after it, and for nobody when the order goes round', () => {
  expect(Object.fromEntries(stopOrder(plans('top < left right', 'left < low', 'right', 'low')))).toEqual({
    top: [],
    left: ['top'],
    right: ['top'],
    low: ['left'],
  })
  expect([...stopOrder(plans('a < b', 'b < a')).values()]).toEqual([[], []])
})
