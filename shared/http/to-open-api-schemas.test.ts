import { expect, test } from 'bun:test'
import { t } from 'elysia'
import { toOpenApiSchemas } from './to-open-api-schemas.ts'

const described = (schema: unknown) => toOpenApiSchemas(JSON.parse(JSON.stringify(schema)))

test('null in a choice becomes nullable, alone or among others', () => {
  expect(described(t.Nullable(t.String()))).toEqual({ type: 'string', nullable: true })
  expect(described(t.Union([t.String(), t.Boolean(), t.Null()], { description: 'd' }))).toEqual({
    description: 'd',
    anyOf: [{ type: 'string' }, { type: 'boolean' }],
    nullable: true,
  })
})

test('a number is a number, not a text that may hold one', () => {
  expect(described(t.Integer({ minimum: 1 }))).toMatchObject({ type: 'integer', minimum: 1 })
})

test('constants become an enum', () => {
  expect(described(t.Literal('on'))).toEqual({ type: 'string', enum: ['on'] })
  expect(described(t.Union([t.Literal(1), t.Literal(2)]))).toEqual({ type: 'number', enum: [1, 2] })
})

test('the first example is shown, and a field that is called examples stays', () => {
  expect(described(t.String({ examples: ['a', 'b'] }))).toEqual({ type: 'string', example: 'a' })
  const schema = t.Object({ examples: t.Array(t.String()) })
  expect(described(schema)).toMatchObject({ properties: { examples: { type: 'array' } } })
})
