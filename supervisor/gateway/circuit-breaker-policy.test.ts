import { expect, test } from 'bun:test'
import {
  admit,
  afterFailure,
  afterTrial,
  afterWorkersChanged,
  type Circuit,
  CLOSED,
  refusedForMs,
} from './circuit-breaker-policy.ts'

const counts = (attempts: number, failures: number) => ({ attempts, failures })
const NOW = 50_000
const opened = afterFailure(CLOSED, { ripe: counts(20, 20), all: counts(40, 40), nowMs: NOW })
const admitted = (circuit: Circuit, nowMs: number): Circuit => {
  const next = admit(circuit, nowMs)
  if (!next) throw new Error('refused')
  return next
}

test('it opens only when enough attempts that are old enough failed, and the young ones as well', () => {
  const after = (ripe: [number, number], all: [number, number]) =>
    afterFailure(CLOSED, { ripe: counts(...ripe), all: counts(...all), nowMs: NOW }).state
  expect(after([20, 20], [40, 40])).toBe('open')
  expect(after([20, 11], [40, 21])).toBe('open')
  expect(after([19, 19], [400, 400])).toBe('closed')
  expect(after([20, 10], [400, 400])).toBe('closed')
  expect(after([1_000, 1_000], [5_000, 2_000])).toBe('closed')
  expect(after([0, 0], [500, 500])).toBe('closed')
})

test('while it is open everything is refused, and told for how long', () => {
  expect(admit(opened, NOW + 1_999)).toBeUndefined()
  expect(refusedForMs(opened, NOW + 500)).toBe(1_500)
  expect(admit(opened, NOW + 2_000)?.state).toBe('half-open')
})

test('half-open, three are let through; three good answers close it', () => {
  let circuit = admitted(opened, NOW + 2_000)
  circuit = admitted(circuit, NOW + 2_001)
  circuit = admitted(circuit, NOW + 2_002)
  expect(admit(circuit, NOW + 2_003)).toBeUndefined()
  circuit = afterTrial(circuit, true, NOW + 2_004)
  circuit = afterTrial(circuit, true, NOW + 2_005)
  expect(circuit.state).toBe('half-open')
  expect(afterTrial(circuit, true, NOW + 2_006)).toEqual(CLOSED)
})

test('one bad trial opens it again, for longer, up to thirty seconds', () => {
  let circuit = opened
  let nowMs = NOW
  const lengths: number[] = []
  for (let round = 0; round < 20; round += 1) {
    nowMs += refusedForMs(circuit, nowMs)
    circuit = afterTrial(admitted(circuit, nowMs), false, nowMs)
    lengths.push(refusedForMs(circuit, nowMs))
  }
  expect(lengths.slice(0, 3)).toEqual([4_000, 6_000, 8_000])
  expect(lengths.at(-1)).toBe(30_000)
})

test('trials without an outcome do not keep it half-open for ever', () => {
  let circuit = admitted(opened, NOW + 2_000)
  for (let more = 0; more < 2; more += 1) circuit = admitted(circuit, NOW + 2_000)
  expect(admit(circuit, NOW + 6_999)).toBeUndefined()
  circuit = admitted(circuit, NOW + 7_000)
  expect(admit(circuit, NOW + 7_001)).toBeUndefined()
  for (let good = 0; good < 3; good += 1) circuit = afterTrial(circuit, true, NOW + 7_002)
  expect(circuit).toEqual(CLOSED)
})

test('a new worker is tried at once, and without any worker requests wait instead of being refused', () => {
  const tried = afterWorkersChanged(opened, { workers: 2, hasNew: true })
  expect(admit(tried, NOW)?.state).toBe('half-open')
  expect(afterWorkersChanged(opened, { workers: 1, hasNew: false })).toBe(opened)
  expect(afterWorkersChanged(opened, { workers: 0, hasNew: false })).toEqual(CLOSED)
})
