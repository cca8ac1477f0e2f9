import { expect, test } from 'bun:test'
import { compileJsonSchema } from '#shared/json-schema/compile-json-schema.ts'
import { initialValue } from '../definition/bind-inputs.ts'
import { coerceExtracted } from './coerce-extracted.ts'

const declare = (type: string, required: boolean) => ({
  name: 'v',
  required,
  schema: { type },
  initial: initialValue({ type }),
  check: compileJsonSchema({ type }),
  fileType: undefined,
})

const coerce = (value: unknown, type: string, required: boolean) =>
  coerceExtracted(value === undefined ? {} : { v: value }, [declare(type, required)]).v

test.each([
  ['integer', '12', 12],
  ['integer', 12.7, 12],
  ['number', ' 1.5 ', 1.5],
  ['string', 7, '7'],
  ['string', { a: 1 }, '{"a":1}'],
  ['boolean', 'true', true],
  ['boolean', 'false', false],
  ['array', 'x', ['x']],
  ['object', { a: 1 }, { a: 1 }],
])('a required %s is brought to its type from %p', (type, value, expected) => {
  expect(coerce(value, type, true)).toEqual(expected)
})

test.each([
  ['integer', 'many'],
  ['number', ''],
  ['object', 'x'],
  ['boolean', 'perhaps'],
])('a required %s that %p cannot become fails with 21900', (type, value) => {
  expect(() => coerce(value, type, true)).toThrow('Parameter extraction failed')
})

test.each([
  ['string', undefined, ''],
  ['integer', null, 0],
  ['integer', '12', 0],
  ['array', 'x', []],
])('an optional %s given as %p falls back to its initial value', (type, value, expected) => {
  expect(coerce(value, type, false)).toEqual(expected)
})

test('values of false, zero and empty texts are values', () => {
  expect([coerce(0, 'integer', false), coerce(false, 'boolean', false), coerce('', 'string', true)]).toEqual([
    0,
    false,
    '',
  ])
})
