import { expect, test } from 'bun:test'
import { coerceLiteral } from './coerce-literal.ts'
import { LiteralError } from './parse-python-literal.ts'

test('a literal of its declared type stays as it is', () => {
  expect(coerceLiteral('string', '42')).toBe('42')
  expect(coerceLiteral('integer', 42)).toBe(42)
  expect(coerceLiteral('number', 1.5)).toBe(1.5)
  expect(coerceLiteral('integer', true)).toBe(true)
  expect(coerceLiteral('array', [1])).toEqual([1])
})

test('only the exact texts false and False are false', () => {
  expect(['false', 'False', 'FALSE', '0', '', 'true'].map((text) => coerceLiteral('boolean', text))).toEqual([
    false,
    false,
    true,
    true,
    true,
    true,
  ])
})

test('texts for other types are read as literals', () => {
  expect(coerceLiteral('integer', '42')).toBe(42)
  expect(coerceLiteral('number', '1.5')).toBe(1.5)
  expect(coerceLiteral('array', '[1,2]')).toEqual([1, 2])
  expect(coerceLiteral('object', "{'k':1}")).toEqual({ k: 1 })
})

test('a literal that cannot have its type is refused', () => {
  expect(() => coerceLiteral('integer', 'many')).toThrow(LiteralError)
  expect(() => coerceLiteral('array', { a: 1 })).toThrow(LiteralError)
})
