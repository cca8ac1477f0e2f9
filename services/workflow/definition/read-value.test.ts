import { expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { createValueReader } from './read-value.ts'

const schema = Type.Object({
  count: Type.Integer({ default: 1 }),
  share: Type.Optional(Type.Number()),
  isOn: Type.Optional(Type.Boolean()),
  names: Type.Array(Type.String(), { default: [] }),
  places: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  group: Type.Object({ isOn: Type.Boolean({ default: false }) }, { default: {} }),
  anything: Type.Optional(Type.Unknown()),
})
const read = createValueReader(schema, { defaults: true })
const faultOf = (input: unknown) => {
  const result = read(input)
  return 'fault' in result ? result.fault : undefined
}

test('numbers and booleans as text count as what they say, in lists too', () => {
  expect(read({ count: '5', share: '0.25', isOn: 'true', names: [1, true] })).toEqual({
    value: { count: 5, share: 0.25, isOn: true, names: ['1', 'true'], group: { isOn: false } },
  })
  expect(read({ count: '5.0' })).toEqual({ value: { count: 5, names: [], group: { isOn: false } } })
})

test('a single value is no list and a list no object, whatever else had to be converted', () => {
  expect(faultOf({ names: 'a' })).toStartWith('/names: ')
  expect(faultOf({ names: { 0: 'a' }, count: '5' })).toStartWith('/names: ')
  expect(faultOf({ names: { 0: 'a' } })).toStartWith('/names: ')
  expect(faultOf({ names: 'a', group: [] })).toContain('/group: ')
  expect(faultOf({ places: 'a', count: '5' })).toStartWith('/places: ')
  expect(faultOf({ places: ['a'], count: '5' })).toBeUndefined()
})

test('nothing is cut off from a number', () => {
  for (const count of [1.5, '1.5', '1e3', '12abc', '']) expect(faultOf({ count })).toStartWith('/count: ')
})

test('what is not looked at stays as it was given, and the input is never changed', () => {
  const input = JSON.parse('{"count": "5", "names": [1], "anything": {"__proto__": {"a": "1"}, "list": "x"}}')
  const text = JSON.stringify(input)
  const result = read(input)
  expect(JSON.stringify(result)).toContain('"list":"x"')
  expect(JSON.stringify(input)).toBe(text)
  expect(({} as Record<string, unknown>).a).toBeUndefined()
})
