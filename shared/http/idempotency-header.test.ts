import { expect, test } from 'bun:test'
import { toIdempotencyHeader } from './idempotency-header.ts'

test('a key of any node id can be sent as a header', () => {
  for (const id of ['7:plugin::a-1', '7:plugin:节点 \n::1', '7:plugin:\ud800::1']) {
    const sent = new Headers({ 'idempotency-key': toIdempotencyHeader(id) }).get('idempotency-key')
    expect(sent).toMatch(/^[\x21-\x7e]+$/)
  }
  expect(toIdempotencyHeader('7:plugin::a-1')).toBe('7:plugin::a-1')
})

test('different keys stay different', () => {
  expect(toIdempotencyHeader('7:a%20b')).not.toBe(toIdempotencyHeader('7:a b'))
})
