import { expect, test } from 'bun:test'
import { HeaderList } from '#shared/http1/header-list.ts'
import { hopByHopOf, requestIdOf, toClientLines, toWorkerLines } from './forwarded-headers.ts'

const facts = {
  service: 'agent',
  caller: { role: 'app', appId: 'mine' },
  requestId: 'r1',
  trace: { traceparent: '00-t-s-01', tracestate: 'a=b', traceId: 't' },
  clientAddress: '10.0.0.9',
  stripCredentials: true,
  webSocket: false,
} as const

const list = (fields: Record<string, string>) => HeaderList.from(fields)
const fieldsOf = (lines: string) =>
  Object.fromEntries(
    lines
      .split('\r\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )

test('hop-by-hop headers are removed, those that Connection names too', () => {
  const headers = list({ connection: 'close, x-secret-hop, , b@d', 'x-secret-hop': '1', te: 'trailers', kept: '1' })
  expect(headers.toLines(hopByHopOf(headers))).toBe('kept: 1\r\n')
})

test('a Connection header cannot take away what the next hop needs', () => {
  const headers = list({ connection: 'host, content-type, content-length', host: 'h', 'content-type': 'text/plain' })
  expect(headers.toLines(hopByHopOf(headers))).toBe('host: h\r\ncontent-type: text/plain\r\n')
})

test('a worker is told who is signed in and by which key somebody calls', () => {
  const lines = toWorkerLines(list({}), { ...facts, caller: { role: 'root', appId: undefined, userId: 'u1' } })
  expect(fieldsOf(lines)).toMatchObject({ 'x-orrery-caller': 'root', 'x-orrery-user': 'u1' })
  const keyed = toWorkerLines(list({}), { ...facts, caller: { role: 'app', appId: 'mine', keyId: 'k1' } })
  expect(fieldsOf(keyed)).toMatchObject({ 'x-consumer-username': 'mine', 'x-orrery-key': 'k1' })
})

test('cookies reach the service that keeps sessions, and no other', () => {
  const cookies = list({ cookie: 'orrery-session=secret', authorization: 'Bearer k:s' })
  expect(fieldsOf(toWorkerLines(cookies, { ...facts, service: 'tenant' }))).toMatchObject({
    cookie: 'orrery-session=secret',
  })
  expect(toWorkerLines(cookies, { ...facts, service: 'tenant' })).not.toContain('k:s')
  expect(toWorkerLines(cookies, facts)).not.toContain('secret')
})

test('what a client claims about its identity never reaches a worker', () => {
  const lines = toWorkerLines(
    list({
      'X-Orrery-Caller': 'root',
      'x-consumer-username': 'victim',
      'X-Orrery-User': 'somebody',
      'x-orrery-key': 'stolen',
      'x-orrery-service': 'tenant',
      Authorization: 'Bearer key:secret',
      'x-forwarded-for': '1.2.3.4',
      host: 'orrery.test',
      'Content-Length': '7',
      Traceparent: '00-x-y-01',
      tracestate: 'c=d',
    }),
    facts,
  )
  expect(fieldsOf(lines)).toEqual({
    'x-orrery-caller': 'app',
    'x-consumer-username': 'mine',
    'x-orrery-service': 'agent',
    'x-request-id': 'r1',
    traceparent: '00-t-s-01',
    tracestate: 'a=b',
    'x-forwarded-for': '1.2.3.4, 10.0.0.9',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'orrery.test',
    host: 'orrery.test',
  })
})

test('root without an app names none, whatever the client sent', () => {
  const root = { ...facts, caller: { role: 'root', appId: undefined } } as const
  const fields = fieldsOf(toWorkerLines(list({ 'x-consumer-username': 'x' }), root))
  expect(fields['x-orrery-caller']).toBe('root')
  expect(fields).not.toHaveProperty('x-consumer-username')
})

test('a request id that could break a log line is replaced', () => {
  const idOf = (id: string) => requestIdOf(list({ 'x-request-id': id }))
  expect(idOf('abc-1.2:3_4')).toBe('abc-1.2:3_4')
  expect(idOf('a b')).not.toBe('a b')
  expect(idOf('x'.repeat(129))).toHaveLength(36)
  expect(requestIdOf(new HeaderList())).toHaveLength(36)
})

test('a response keeps its own policy and gets ours where it has none', () => {
  const received = list({
    'content-type': 'text/html; charset=utf-8',
    'x-frame-options': 'DENY',
    'x-orrery-resume': '/p',
  })
  expect(fieldsOf(toClientLines(received, 'r1'))).toEqual({
    'content-type': 'text/html; charset=utf-8',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-request-id': 'r1',
  })
})
