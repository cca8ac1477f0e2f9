import { expect, test } from 'bun:test'
import { CircuitOpenError, ServiceStartingError } from './errors.ts'
import { retryAfterSeconds } from './retry-after.ts'

test('those who were refused together are told different times, never before the service may be back', () => {
  const told = (error: CircuitOpenError | ServiceStartingError) =>
    new Set(Array.from({ length: 500 }, () => retryAfterSeconds(error)))
  expect([...told(new ServiceStartingError('agent'))].sort()).toEqual([1, 2])
  expect([...told(new CircuitOpenError('agent', 2_500))].sort()).toEqual([3, 4, 5, 6])
  expect(retryAfterSeconds(new CircuitOpenError('agent', 0), () => 0)).toBe(1)
})
