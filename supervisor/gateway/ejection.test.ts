import { expect, test } from 'bun:test'
import { afterFailure, type EjectionRecord, isPanic, isProbeDue, TRUSTED, withProbe } from './ejection.ts'

const fail = (
  times: number,
  kind: 'connect' | 'response',
  {
    record = TRUSTED,
    nowMs = 1_000,
    wasProbe = false,
  }: { record?: EjectionRecord; nowMs?: number; wasProbe?: boolean } = {},
) => {
  let result = record
  for (let time = 0; time < times; time += 1) result = afterFailure(result, { kind, wasProbe, nowMs })
  return result
}
const ejected = fail(3, 'connect')
const worker = (record: EjectionRecord) => ({ record })

test('a worker is ejected by its third failed connection in a row or its fifth failure', () => {
  expect(fail(2, 'connect').state).toBe('trusted')
  expect(ejected).toMatchObject({ state: 'ejected', ejectedUntilMs: 2_000 })
  expect(fail(4, 'response').state).toBe('trusted')
  expect(fail(5, 'response')).toMatchObject({ state: 'ejected', ejectedUntilMs: 2_000 })
  expect(fail(2, 'connect', { record: fail(1, 'response', { record: fail(2, 'connect') }) }).state).toBe('ejected')
})

test('failures of requests that were under way change an ejection no more', () => {
  expect(fail(200, 'response', { record: ejected })).toBe(ejected)
  const probing = withProbe(ejected, 2_000)
  expect(fail(200, 'response', { record: probing, nowMs: 2_100 })).toBe(probing)
})

test('a probe is due when the time is over, once, and again when it has no outcome for five seconds', () => {
  expect(isProbeDue(TRUSTED, 9_000)).toBe(false)
  expect(isProbeDue(ejected, 1_999)).toBe(false)
  expect(isProbeDue(ejected, 2_000)).toBe(true)
  const probing = withProbe(ejected, 2_000)
  expect(isProbeDue(probing, 6_999)).toBe(false)
  expect(isProbeDue(probing, 7_000)).toBe(true)
})

test('each failed probe ejects for longer, up to thirty seconds', () => {
  let record = ejected
  const lengths: number[] = []
  for (let time = 0; time < 40; time += 1) {
    const nowMs = record.ejectedUntilMs
    record = fail(1, 'response', { record: withProbe(record, nowMs), nowMs, wasProbe: true })
    lengths.push(record.ejectedUntilMs - nowMs)
  }
  expect(lengths.slice(0, 3)).toEqual([2_000, 3_000, 4_000])
  expect(Math.max(...lengths)).toBe(30_000)
  expect(lengths.at(-1)).toBe(30_000)
})

test('ejection is ignored when more than half are out; one of two may be out, a lone worker never', () => {
  const good = worker(TRUSTED)
  const bad = worker(ejected)
  const probing = worker(withProbe(ejected, 2_000))
  expect(isPanic([])).toBe(false)
  expect(isPanic([bad])).toBe(true)
  expect(isPanic([good, bad])).toBe(false)
  expect(isPanic([probing, bad])).toBe(true)
  expect(isPanic([good, bad, probing])).toBe(true)
  expect(isPanic([good, good, bad, bad])).toBe(false)
})
