import { expect, test } from 'bun:test'
import { isRepeatable } from './retry-class.ts'

const KEYED = ['/api/orders']
const request = (method: string, path: string, key?: string) => ({
  method,
  path,
  wantsWebSocket: false,
  headers: new Headers(key === undefined ? {} : { 'Idempotency-Key': key }),
})

test('a POST is repeated only with a key, and only where the service declares that it honours keys', () => {
  expect(isRepeatable(request('POST', '/api/orders', 'k'), KEYED)).toBe(true)
  expect(isRepeatable(request('POST', '/api/orders/7/lines', 'k'), KEYED)).toBe(true)
  expect(isRepeatable(request('POST', '/api/orders'), KEYED)).toBe(false)
  expect(isRepeatable(request('POST', '/api/orders', ''), KEYED)).toBe(false)
  expect(isRepeatable(request('POST', '/api/ordersx', 'k'), KEYED)).toBe(false)
  expect(isRepeatable(request('POST', '/api/flows', 'k'), KEYED)).toBe(false)
})

test('no service is believed to honour keys unless it is in the table', () => {
  expect(isRepeatable(request('POST', '/workflow/v1/debug/chat/completions', 'k'))).toBe(false)
})

test('idempotent methods need no key, and a WebSocket is never repeated', () => {
  expect(isRepeatable(request('GET', '/api/flows'))).toBe(true)
  expect(isRepeatable({ ...request('GET', '/api/flows'), wantsWebSocket: true })).toBe(false)
})
