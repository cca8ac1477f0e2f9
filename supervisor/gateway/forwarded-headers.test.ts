import { expect, test } from 'bun:test'
import { completeResponseHeaders, requestIdOf, stripHopByHop, toWorkerHeaders } from './forwarded-headers.ts'

const facts = {
  service: 'agent',
  caller: { role: 'app', appId: 'mine' },
  requestId: 'r1',
  clientAddress: '10.0.0.9',
  stripCredentials: true,
} as const

test('hop-by-hop headers are removed, those that Connection names too', () => {
  const headers = new Headers({
    connection: 'close, x-secret-hop, , b@d',
    'x-secret-hop': '1',
    te: 'trailers',
    kept: '1',
  })
  stripHopByHop(headers)
  expect(Object.fromEntries(headers)).toEqual({ kept: '1' })
})

test('what a client claims about its identity never reaches a worker', () => {
  const headers = toWorkerHeaders(
    new Headers({
      'x-orrery-caller': 'root',
      'x-consumer-username': 'victim',
      'x-orrery-service': 'tenant',
      authorization: 'Bearer key:secret',
      'x-forwarded-for': '1.2.3.4',
      host: 'orrery.test',
    }),
    facts,
  )
  expect(Object.fromEntries(headers)).toEqual({
    'x-orrery-caller': 'app',
    'x-consumer-username': 'mine',
    'x-orrery-service': 'agent',
    'x-request-id': 'r1',
    'x-forwarded-for': '1.2.3.4, 10.0.0.9',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'orrery.test',
    host: 'orrery.test',
  })
})

test('root without an app names none, whatever the client sent', () => {
  const headers = toWorkerHeaders(new Headers({ 'x-consumer-username': 'x' }), {
    ...facts,
    caller: { role: 'root', appId: undefined },
  })
  expect(headers.get('x-orrery-caller')).toBe('root')
  expect(headers.has('x-consumer-username')).toBe(false)
})

test('a request id that could break a log line is replaced', () => {
  expect(requestIdOf(new Headers({ 'x-request-id': 'abc-1.2:3_4' }))).toBe('abc-1.2:3_4')
  expect(requestIdOf(new Headers({ 'x-request-id': 'a b' }))).not.toBe('a b')
  expect(requestIdOf(new Headers({ 'x-request-id': 'x'.repeat(129) }))).toHaveLength(36)
  expect(requestIdOf(new Headers())).toHaveLength(36)
})

test('a response keeps its own policy and gets ours where it has none', () => {
  const headers = new Headers({ 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' })
  completeResponseHeaders(headers, 'r1')
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('x-request-id')).toBe('r1')
})
