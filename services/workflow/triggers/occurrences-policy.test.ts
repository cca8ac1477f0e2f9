import { expect, test } from 'bun:test'
import { FIRES_PER_TURN_MAX, MISSED_COUNTED_MAX, planTurn } from './occurrences-policy.ts'
import { parseCron } from './parse-cron.ts'

const now = new Date('2026-03-01T12:00:00.500Z')
const ago = (seconds: number) => new Date(Math.floor(now.getTime() / 1000) * 1000 - seconds * 1000)
const everySecond = parseCron('* * * * * *', 'UTC')
const everyHour = parseCron('0 * * * *', 'UTC')

test('what is due runs, each moment once, and the next one is the first that is left', () => {
  const turn = planTurn(everySecond, { next: ago(2), now, misfire: 'skip' })
  expect(turn.fires.map(({ fireAt, state }) => [fireAt, state])).toEqual([
    [ago(2), 'pending'],
    [ago(1), 'pending'],
    [ago(0), 'pending'],
  ])
  expect(turn.next).toEqual(ago(-1))
})

test('nothing is due before its time', () => {
  expect(planTurn(everySecond, { next: ago(-1), now, misfire: 'run-once' })).toEqual({ fires: [], next: ago(-1) })
})

test('missed moments are skipped as one, with their number', () => {
  const turn = planTurn(everyHour, { next: ago(3 * 3600), now: new Date(now.getTime() + 120_000), misfire: 'skip' })
  expect(turn.fires).toEqual([{ fireAt: ago(3 * 3600), state: 'skipped', missed: 4 }])
  expect(turn.next).toEqual(ago(-3600))
})

test('with run-once the last missed moment runs for all of them', () => {
  const turn = planTurn(everyHour, { next: ago(3 * 3600), now: new Date(now.getTime() + 120_000), misfire: 'run-once' })
  expect(turn.fires).toEqual([
    { fireAt: ago(3 * 3600), state: 'skipped', missed: 3 },
    { fireAt: ago(0), state: 'pending', missed: 0 },
  ])
})

test('a year of missed seconds is not counted one by one', () => {
  const turn = planTurn(everySecond, { next: ago(365 * 86_400), now, misfire: 'skip' })
  expect(turn.fires[0]).toMatchObject({ state: 'skipped', missed: MISSED_COUNTED_MAX })
  const pending = turn.fires.filter(({ state }) => state === 'pending')
  expect(pending.length).toBeLessThanOrEqual(FIRES_PER_TURN_MAX)
  expect(turn.next && turn.next.getTime() > now.getTime() - 2000).toBe(true)
})

test('wall time is kept when the clocks change', () => {
  const berlin = parseCron('30 8 * * *', 'Europe/Berlin')
  expect(berlin.after(new Date('2026-03-28T12:00:00Z'))).toEqual(new Date('2026-03-29T06:30:00Z'))
  expect(berlin.after(new Date('2026-03-27T12:00:00Z'))).toEqual(new Date('2026-03-28T07:30:00Z'))
})

test('what is no schedule is refused with a reason', () => {
  for (const [cron, zone] of [
    ['nonsense', 'UTC'],
    ['* * * *', 'UTC'],
    ['99 * * * *', 'UTC'],
    ['* * * * *', 'Mars/Olympus'],
  ] as const) {
    expect(() => parseCron(cron, zone)).toThrow('no times')
  }
})
