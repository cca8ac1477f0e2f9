import { expect, test } from 'bun:test'
import { decideScale, type ScalingFacts, type ScalingState } from './scaling-policy.ts'

const facts = (change: Partial<ScalingFacts> = {}): ScalingFacts => ({
  ...{ min: 1, max: 8, floor: undefined, size: 2, ready: 2, isCrashLooping: false },
  ...{ outstanding: 20, waiting: 0, loopDelayMs: 5, cores: 0.9, coresMax: 4, hasMemory: true },
  ...change,
})

/** Lets a pool live under the policy, a decision a second, with all its workers ready at once. Returns its size after each second. */
const live = (seconds: number, moment: (second: number, size: number) => Partial<ScalingFacts>, size = 2): number[] => {
  let state: ScalingState = {}
  return Array.from({ length: seconds }, (_, second) => {
    const decision = decideScale(state, facts({ size, ready: size, ...moment(second, size) }), second * 1_000)
    state = decision.state
    size = decision.size
    return size
  })
}

test('a peak of less than a second starts nothing, a second of pressure does', () => {
  expect(live(1, () => ({ outstanding: 100 }))).toEqual([2])
  expect(live(2, () => ({ outstanding: 100 }))).toEqual([2, 4])
})

test('a wave is met in steps of twice the size at most, with time for each to show, up to the maximum', () => {
  expect(live(9, () => ({ outstanding: 1_000 }))).toEqual([2, 4, 4, 4, 8, 8, 8, 8, 8])
})

test('a small excess adds one worker', () => {
  expect(live(2, () => ({ waiting: 1 })).at(-1)).toBe(3)
  expect(live(2, () => ({ outstanding: 1, cores: 1.8 })).at(-1)).toBe(3)
  expect(live(2, () => ({ outstanding: 1, loopDelayMs: 150 })).at(-1)).toBe(3)
})

test('a minute of ease takes one worker, and another minute the next one, down to the minimum', () => {
  const sizes = live(200, () => ({ outstanding: 0, cores: 0 }), 3)
  expect([sizes[59], sizes[60], sizes[120], sizes[121], sizes.at(-1)]).toEqual([3, 2, 2, 1, 1])
})

test('a moment of load in that minute begins it anew', () => {
  const sizes = live(100, (second) => ({ outstanding: second === 50 ? 30 : 0, cores: 0 }))
  expect(sizes.at(-1)).toBe(2)
})

test('load that fits the workers just so neither grows nor shrinks the pool', () => {
  expect(new Set(live(300, () => ({ outstanding: 24, cores: 1 })))).toEqual(new Set([2]))
})

test('a pool does not swing: what it shrinks to is far from what makes it grow', () => {
  for (let outstanding = 0; outstanding < 100; outstanding += 1) {
    const sizes = live(1_000, () => ({ outstanding, cores: 0 }), 1)
    expect(sizes.filter((size, second) => second > 0 && size < (sizes[second - 1] ?? 0))).toEqual([])
  }
})

test('CPU does not add workers beyond the cores, waiting requests do', () => {
  expect(live(10, () => ({ cores: 4, loopDelayMs: 500, coresMax: 2 })).at(-1)).toBe(2)
  expect(live(10, () => ({ waiting: 5, coresMax: 2 })).at(-1)).toBeGreaterThan(2)
})

test('without memory, in a crash loop, and while workers are still starting nothing is added', () => {
  expect(live(30, () => ({ waiting: 9, hasMemory: false })).at(-1)).toBe(2)
  expect(live(30, () => ({ waiting: 9, isCrashLooping: true })).at(-1)).toBe(2)
  expect(live(30, () => ({ waiting: 9, ready: 1 })).at(-1)).toBe(2)
  const pressed = { pressedSinceMs: 0 }
  expect(decideScale(pressed, facts({ waiting: 9, hasMemory: false }), 5_000)).toMatchObject({ isHeldBack: true })
})

test('what an operator asked for is the least there is, and new bounds hold at once', () => {
  expect(live(300, () => ({ outstanding: 0, cores: 0, floor: 4 }), 4).at(-1)).toBe(4)
  expect(live(1, () => ({ floor: 4 }))).toEqual([4])
  expect(live(1, () => ({ floor: 40 }))).toEqual([8])
  expect(live(1, () => ({ max: 3 }), 5)).toEqual([3])
})
