import { get, HOST, head, passed, passedLast, post, type RequestCase, refused, SMUGGLED } from './request-case.ts'

const HELLO = { line: 'POST /assets/a', body: 'hello' }
const next = (path: string) => head(`GET ${path} HTTP/1.1`, HOST)
const named = (name: string, ...lines: string[]) =>
  post([`Connection: ${name}`, 'Content-Length: 5', ...lines], 'hello')

/** Headers of one connection, requests in a row, HTTP/1.0, expectations, and other protocols. */
export const CONNECTION_CASES: readonly RequestCase[] = [
  passed(
    { name: 'a Connection header that names the length', source: 'hop-by-hop abuse', bytes: named('content-length') },
    HELLO,
  ),
  passed(
    {
      name: 'a Connection header that names the coding',
      source: 'hop-by-hop abuse',
      bytes: post(['Connection: transfer-encoding', 'Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'),
    },
    HELLO,
  ),
  passed(
    { name: 'a Connection header that names the host', source: 'hop-by-hop abuse', bytes: named('host') },
    {
      ...HELLO,
      headers: { host: 'gateway.test' },
    },
  ),
  passed(
    {
      name: 'a Connection header that names another',
      source: 'RFC 9110, 7.6.1',
      bytes: named('X-Hop, x-more', 'X-Hop: 1', 'X-More: 2'),
    },
    {
      ...HELLO,
      headers: { 'x-hop': null, 'x-more': null, connection: null },
    },
  ),
  passed(
    {
      name: 'a Connection header that names what the gateway says',
      source: 'hop-by-hop abuse',
      bytes: get(
        'Connection: x-orrery-caller, x-orrery-service, x-forwarded-for',
        'X-Orrery-Caller: root',
        'X-Orrery-Service: tenant',
      ),
    },
    { line: 'GET /assets/a', headers: { 'x-orrery-caller': 'app', 'x-orrery-service': 'console' } },
  ),
  passed(
    {
      name: 'headers that only the gateway may send',
      source: 'header forgery',
      bytes: get('X-Orrery-Caller: root', 'X-Consumer-Username: victim', 'X_Orrery_Caller: root'),
    },
    { line: 'GET /assets/a', headers: { 'x-orrery-caller': 'app', 'x-consumer-username': null } },
  ),
  passed(
    {
      name: 'headers that concern one connection',
      source: 'RFC 9110, 7.6.1',
      bytes: get(
        'Keep-Alive: timeout=5',
        'Proxy-Connection: keep-alive',
        'TE: trailers',
        'Trailer: X-Sum',
        'Proxy-Authorization: Basic eDp5',
      ),
    },
    {
      line: 'GET /assets/a',
      headers: { 'keep-alive': null, 'proxy-connection': null, te: null, trailer: null, 'proxy-authorization': null },
    },
  ),
  passedLast({ name: 'a client that wants no more', source: 'RFC 9112, 9.6', bytes: get('Connection: close') }),
  passedLast({ name: 'a close among others', source: 'RFC 9112, 9.6', bytes: get('Connection: x-hop , Close') }),
  passedLast({
    name: 'a request after the last one',
    source: 'RFC 9112, 9.6',
    bytes: get('Connection: close') + SMUGGLED,
  }),
  passedLast({ name: 'HTTP/1.0', source: 'RFC 9112, 9.3', bytes: head('GET /assets/a HTTP/1.0', HOST) }),
  passedLast({
    name: 'a request after one of HTTP/1.0',
    source: 'RFC 9112, 9.3',
    bytes: head('GET /assets/a HTTP/1.0', HOST) + SMUGGLED,
  }),
  passed({
    name: 'HTTP/1.0 that wants more',
    source: 'RFC 9112, 9.3',
    bytes: head('GET /assets/a HTTP/1.0', HOST, 'Connection: keep-alive'),
  }),
  {
    name: 'three requests in a row',
    source: 'RFC 9112, 9.3.2',
    bytes: next('/assets/1') + next('/assets/2') + next('/assets/3'),
    answers: [200, 200, 200],
    after: 'keeps',
    worker: [{ line: 'GET /assets/1' }, { line: 'GET /assets/2' }, { line: 'GET /assets/3' }],
  },
  {
    name: 'thirty requests in a row',
    source: 'RFC 9112, 9.3.2',
    bytes: Array.from({ length: 30 }, (_, index) => next(`/assets/${index}`)).join(''),
    answers: Array.from({ length: 30 }, () => 200),
    after: 'keeps',
    worker: Array.from({ length: 30 }, (_, index) => ({ line: `GET /assets/${index}` })),
  },
  {
    name: 'a body between requests, and an empty line after it',
    source: 'RFC 9112, 2.2',
    bytes: `${next('/assets/1')}${post(['Content-Length: 5'], 'hello')}\r\n${next('/assets/3')}`,
    answers: [200, 200, 200],
    after: 'keeps',
    worker: [{ line: 'GET /assets/1' }, HELLO, { line: 'GET /assets/3' }],
  },
  {
    name: 'a refusal between requests',
    source: 'RFC 9112, 9.3.2',
    bytes: next('/assets/1') + head('GET /nowhere HTTP/1.1', HOST) + next('/assets/3'),
    answers: [200, 404, 200],
    after: 'keeps',
    worker: [{ line: 'GET /assets/1' }, { line: 'GET /assets/3' }],
  },
  {
    name: 'a malformed request after a good one',
    source: 'RFC 9112, 9.3.2',
    bytes: next('/assets/1') + head('GET /assets/2 HTTP/1.1') + next('/assets/3'),
    answers: [200, 400],
    after: 'closes',
    worker: [{ line: 'GET /assets/1' }],
  },
  {
    name: 'a body that is longer than its length',
    source: 'CL desync',
    bytes: post(['Content-Length: 5'], 'hello, world'),
    answers: [200, 400],
    after: 'closes',
    worker: [HELLO],
  },
  passed(
    {
      name: 'an expectation that is met',
      source: 'RFC 9110, 10.1.1',
      bytes: post(['Expect: 100-continue', 'Content-Length: 5'], 'hello'),
    },
    {
      ...HELLO,
      headers: { expect: null },
    },
  ),
  passed({ name: 'an expectation without body', source: 'RFC 9110, 10.1.1', bytes: get('Expect: 100-Continue') }),
  refused(417, { name: 'an expectation that nobody knows', source: 'RFC 9110, 10.1.1', bytes: get('Expect: 200-ok') }),
  passed(
    {
      name: 'an upgrade to HTTP/2',
      source: 'h2c smuggling',
      bytes: get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'),
    },
    { line: 'GET /assets/a', headers: { upgrade: null, connection: null, 'http2-settings': null } },
  ),
  passed(
    { name: 'an upgrade that Connection does not name', source: 'RFC 9110, 7.8', bytes: get('Upgrade: websocket') },
    {
      line: 'GET /assets/a',
      headers: { upgrade: null },
    },
  ),
  passed(
    {
      name: 'an upgrade to a WebSocket of a POST',
      source: 'RFC 6455, 4.2.1',
      bytes: named('upgrade', 'Upgrade: websocket'),
    },
    {
      ...HELLO,
      headers: { upgrade: null },
    },
  ),
  passed(
    {
      name: 'an upgrade to two protocols',
      source: 'RFC 9110, 7.8',
      bytes: get('Connection: Upgrade', 'Upgrade: h2c, websocket'),
    },
    {
      line: 'GET /assets/a',
      headers: { upgrade: null },
    },
  ),
  passedLast(
    {
      name: 'an upgrade in HTTP/1.0',
      source: 'RFC 9110, 7.8',
      bytes: head('GET /assets/a HTTP/1.0', HOST, 'Connection: Upgrade', 'Upgrade: websocket'),
    },
    { line: 'GET /assets/a', headers: { upgrade: null } },
  ),
  {
    name: 'a client that leaves within a head',
    source: 'RFC 9112, 8',
    bytes: get('X-A: b').slice(0, -3),
    answers: [],
    after: 'leaves',
    worker: [],
  },
]
