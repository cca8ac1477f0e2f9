import { expect, test } from 'bun:test'
import { afterFailure, cleanRecord, type EjectionRecord, withoutEjected } from './ejection.ts'

const fresh = { record: cleanRecord(), nowMs: 1_000 }
const fail = (
  times: number,
  kind: 'connect' | 'response',
  start: { record: EjectionRecord; nowMs: number } = fresh,
) => {
  let { record } = start
  for (let time = 0; time < times; time += 1) record = afterFailure(record, kind, start.nowMs)
  return record
}
const worker = (record: EjectionRecord) => ({ record })

test('a worker is ejected by its third failed connection in a row or its fifth failure', () => {
  expect(fail(2, 'connect').ejectedUntilMs).toBe(0)
  expect(fail(3, 'connect').ejectedUntilMs).toBe(2_000)
  expect(fail(4, 'response').ejectedUntilMs).toBe(0)
  expect(fail(5, 'response').ejectedUntilMs).toBe(2_000)
})

test('after its ejection one failure is enough, and each ejection is longer, up to thirty seconds', () => {
  let record = fail(3, 'connect')
  record = fail(1, 'response', { record, nowMs: 2_000 })
  expect(record.ejectedUntilMs).toBe(4_000)
  for (let time = 0; time < 100; time += 1) record = fail(1, 'response', { record, nowMs: record.ejectedUntilMs })
  const at = record.ejectedUntilMs
  expect(fail(1, 'response', { record, nowMs: at }).ejectedUntilMs - at).toBe(30_000)
})

test('never more than half are left out, and a lone worker never', () => {
  const bad = worker(fail(3, 'connect'))
  const good = worker(cleanRecord())
  expect(withoutEjected([bad], 1_500)).toEqual([bad])
  expect(withoutEjected([bad, good], 1_500)).toEqual([good])
  const alike = () => worker(fail(3, 'connect'))
  expect(withoutEjected([bad, alike(), good], 1_500)).toHaveLength(2)
  expect(withoutEjected([bad, alike(), alike(), good], 1_500)).toHaveLength(2)
})

test('an ejection ends by itself', () => {
  const bad = worker(fail(3, 'connect'))
  const good = worker(cleanRecord())
  expect(withoutEjected([bad, good], 2_000)).toEqual([bad, good])
})
