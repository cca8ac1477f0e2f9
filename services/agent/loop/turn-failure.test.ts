import { expect, test } from 'bun:test'
import { ModelError } from '#shared/models/model-error.ts'
import { toTurnFailure } from './turn-failure.ts'

const failed = (vendorCode: number | undefined, message = 'no') =>
  new ModelError('MODEL_REFUSED', message, { vendorCode })

test.each([
  [10_000, 40_350],
  [10_012, 40_362],
  [10_013, 40_363],
  [10_015, 40_365],
  [10_016, 40_366],
  [10_017, 40_367],
  [10_018, 40_303],
  [10_019, 40_368],
  [10_907, 40_372],
  [11_203, 40_376],
  [500, 40_303],
  [undefined, 40_303],
])('code %p of the vendor ends a turn with %d', (vendorCode, wire) => {
  expect(toTurnFailure(failed(vendorCode))?.code).toBe(wire)
})

test('the message of a failed model says what the provider said', () => {
  expect(toTurnFailure(failed(10_013, 'moderated (code 10013)'))?.message).toContain('moderated (code 10013)')
})

test('a failure that is nobody’s is left to the log', () => {
  expect(toTurnFailure(new Error('bug'))).toBeUndefined()
})
