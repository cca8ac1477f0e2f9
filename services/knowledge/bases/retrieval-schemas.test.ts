import { expect, test } from 'bun:test'
import { Value } from '@sinclair/typebox/value'
import { RetrievalChange } from './retrieval-schemas.ts'

test('a change of one setting sets no other one', () => {
  expect(Value.Default(RetrievalChange, { scoreMin: 0.3 })).toEqual({ scoreMin: 0.3 })
})
