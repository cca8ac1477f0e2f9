import { expect, test } from 'bun:test'
import { type AlertEvent, type AlertStates, describeAlert, judgeAlerts, type Measurement } from './alert-policy.ts'

const STEP_MS = 5_000

/** Measures the CPU again and again; returns what was told and when, in seconds. */
const watch = (values: readonly (number | undefined)[], samples = 1): [AlertEvent['kind'], number][] => {
  let states: AlertStates = new Map()
  return values.flatMap((value, step) => {
    const measurements: Measurement[] = value === undefined ? [] : [{ alert: 'cpu', value, samples }]
    const judged = judgeAlerts(states, measurements, step * STEP_MS)
    states = judged.states
    return judged.events.map(({ kind, atMs }): [AlertEvent['kind'], number] => [kind, atMs / 1_000])
  })
}
const times = (count: number, value: number | undefined) => Array.from({ length: count }, () => value)

test('what was too high for 15 s without a break is told once', () => {
  expect(watch(times(100, 0.9))).toEqual([['fired', 15]])
})

test('a peak, and a value that is exactly at the bound, are told to nobody', () => {
  expect(watch([...times(3, 0.95), 0.5, ...times(3, 0.95), 0.5])).toEqual([])
  expect(watch(times(50, 0.8))).toEqual([])
})

test('it is over after a minute of clearly lower values', () => {
  expect(watch([...times(4, 0.9), ...times(20, 0.5)])).toEqual([
    ['fired', 15],
    ['resolved', 80],
  ])
})

test('a value that plays around the bound makes one alert', () => {
  const around = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 0.82 : 0.78))
  expect(watch([...times(4, 0.9), ...around])).toEqual([['fired', 15]])
})

test('what is measured no more is over after a minute', () => {
  expect(watch([...times(4, 0.9), ...times(20, undefined)])).toEqual([
    ['fired', 15],
    ['resolved', 80],
  ])
})

test('few observations say nothing', () => {
  const slow = (samples: number): Measurement[] => [{ alert: 'p95-latency', service: 'agent', value: 9, samples }]
  const tell = (samples: number) => {
    const first = judgeAlerts(new Map(), slow(samples), 0)
    return judgeAlerts(first.states, slow(samples), 15_000).events.map(({ kind }) => kind)
  }
  expect([tell(19), tell(20)]).toEqual([[], ['fired']])
})

test('services are judged each for itself', () => {
  const measure = (service: string, value: number): Measurement => ({
    alert: 'error-rate',
    service,
    value,
    samples: 500,
  })
  const round = [measure('agent', 0.02), measure('workflow', 0.005)]
  const first = judgeAlerts(new Map(), round, 0)
  const { events, states } = judgeAlerts(first.states, round, 15_000)
  expect(events.map(({ measurement }) => measurement.service)).toEqual(['agent'])
  expect([...states].filter(([, { firingSinceMs }]) => firingSinceMs !== undefined)).toHaveLength(1)
})

test('the sentence says what, how much, and where the bound is', () => {
  expect(describeAlert({ alert: 'error-rate', service: 'agent', value: 0.0234, samples: 500 })).toBe(
    'agent: the share of requests that fail (5xx) is 2.3 %; the bound is 1 %',
  )
  expect(describeAlert({ alert: 'mean-latency', service: 'agent', value: 0.7421, samples: 500 })).toContain('742 ms')
})
