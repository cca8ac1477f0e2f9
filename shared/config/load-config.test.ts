import { expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { loadConfig } from './load-config.ts'

const schema = Type.Object({
  STORE_URL: Type.String({ pattern: '^postgres://', description: 'needs a postgres:// URL' }),
  POOL_SIZE: Type.Integer({ minimum: 1, default: 10, description: 'needs a whole number from 1' }),
})

test('turns text into numbers and fills the defaults', () => {
  expect(loadConfig(schema, { STORE_URL: 'postgres://db/app', OTHER: 'x' })).toEqual({
    STORE_URL: 'postgres://db/app',
    POOL_SIZE: 10,
  })
  expect(loadConfig(schema, { STORE_URL: 'postgres://db/app', POOL_SIZE: '25' }).POOL_SIZE).toBe(25)
})

test('names every bad setting at once and never prints its value', () => {
  const load = () => loadConfig(schema, { STORE_URL: 'mysql://root:secret@db', POOL_SIZE: 'many' })
  expect(load).toThrow('Bad settings:\n  STORE_URL: needs a postgres:// URL\n  POOL_SIZE: needs a whole number from 1')
})
