import { expect, test } from 'bun:test'
import { compileJsonSchema } from './compile-json-schema.ts'

const fits = (schema: Record<string, unknown>, value: unknown): boolean =>
  compileJsonSchema(schema)(value) === undefined

test('types are told apart', () => {
  const values: Record<string, unknown> = {
    string: 'a',
    boolean: true,
    integer: 1,
    number: 1.5,
    array: [],
    object: {},
    null: null,
  }
  for (const [type, value] of Object.entries(values)) {
    const fitting = Object.keys(values).filter((other) => fits({ type: other }, value))
    expect(fitting).toEqual(type === 'integer' ? ['integer', 'number'] : [type])
  }
  expect(fits({ type: 'integer' }, 2.0)).toBe(true)
  expect(fits({ type: 'integer' }, true)).toBe(false)
  expect(fits({ type: ['string', 'null'] }, null)).toBe(true)
  expect(fits({}, 5)).toBe(true)
})

test('objects and arrays are checked all the way down', () => {
  const schema = {
    type: 'object',
    properties: { tags: { type: 'array', items: { type: 'string' } }, size: { type: 'integer' } },
    required: ['size'],
  }
  expect(fits(schema, { size: 1, tags: ['a'], other: true })).toBe(true)
  expect(fits(schema, { tags: [] })).toBe(false)
  expect(fits(schema, { size: 1, tags: [1] })).toBe(false)
  expect(fits({ ...schema, additionalProperties: false }, { size: 1, other: true })).toBe(false)
})

test('values and limits are held', () => {
  expect(fits({ enum: ['a', 1] }, 1)).toBe(true)
  expect(fits({ enum: ['a', 1] }, 'b')).toBe(false)
  expect(fits({ minimum: 1, maximum: 3 }, 4)).toBe(false)
  expect(fits({ minLength: 2 }, '👍')).toBe(false)
  expect(fits({ maxItems: 1 }, [1, 2])).toBe(false)
})

test('the fault names the field', () => {
  const check = compileJsonSchema({ type: 'integer' }, ['properties', 'n'])
  expect(check('x')).toBe("Field: ['properties','n','type'], Error: the value is not of type integer")
})
