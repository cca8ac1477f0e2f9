import { get, HOST, head, passed, passedLast, type RequestCase, refused } from './request-case.ts'

const lines = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: ${index}`)

/** Header lines: their names, values and ends, how many, and which host. */
export const HEADER_CASES: readonly RequestCase[] = [
  passed(
    { name: 'a tab within a value', source: 'RFC 9110, 5.5', bytes: get('X-A: b\tc') },
    {
      line: 'GET /assets/a',
      headers: { 'x-a': 'b\tc' },
    },
  ),
  passed(
    { name: 'bytes above 127 in a value', source: 'RFC 9110, 5.5', bytes: get('X-A: \xe9\xff') },
    {
      line: 'GET /assets/a',
      headers: { 'x-a': '\xe9\xff' },
    },
  ),
  passed(
    { name: 'a colon within a value', source: 'RFC 9112, 5', bytes: get('X-A:b:c') },
    {
      line: 'GET /assets/a',
      headers: { 'x-a': 'b:c' },
    },
  ),
  passed(
    { name: 'an empty value', source: 'RFC 9110, 5.5', bytes: get('X-A:') },
    { line: 'GET /assets/a', headers: { 'x-a': '' } },
  ),
  passed(
    { name: 'every character that a name may have', source: 'RFC 9110, 5.6.2', bytes: get("X!#$%&'*+-.^_`|~1: a") },
    {
      line: 'GET /assets/a',
      headers: { "x!#$%&'*+-.^_`|~1": 'a' },
    },
  ),
  passed({ name: 'as many lines as there may be', source: 'RFC 9110, 5.4', bytes: get(...lines(99)) }),
  ...[
    ['a space before a colon', 'X-A : b'],
    ['a tab before a colon', 'X-A\t: b'],
    ['a space before the colon of a length', 'Content-Length : 5'],
    ['a space before the colon of the coding', 'Transfer-Encoding : chunked'],
    ['a line without colon', 'X-A'],
    ['a line without name', ': b'],
    ['a space within a name', 'X A: b'],
    ['a parenthesis within a name', 'X(A): b'],
    ['a byte above 127 within a name', 'X\xe9: b'],
    ['a NUL within a name', 'X\0: b'],
    ['a NUL within a value', 'X-A: b\0c'],
    ['a bell within a value', 'X-A: b\x07c'],
    ['a DEL within a value', 'X-A: b\x7fc'],
    ['a bare carriage return within a value', 'X-A: b\rTransfer-Encoding: chunked'],
    ['a bare line feed within a value', 'X-A: b\nTransfer-Encoding: chunked'],
    ['a bare carriage return before a colon', 'X-A\r: b'],
    ['a folded line', 'X-A: b\r\n c'],
    ['a line folded with a tab', 'X-A: b\r\n\tc'],
    ['a folded coding', 'X-A: b\r\n Transfer-Encoding: chunked'],
    ['a coding folded after its colon', 'Transfer-Encoding:\r\n chunked'],
    ['a name that is folded', 'Transfer-Encoding\r\n : chunked'],
  ].map(([name = '', line = '']) => refused(400, { name, source: 'RFC 9112, 5', bytes: get(line) })),
  refused(400, {
    name: 'a blank before the first header line',
    source: 'RFC 9112, 2.2',
    bytes: head('GET /assets/a HTTP/1.1', ` ${HOST}`),
  }),
  refused(400, {
    name: 'lines that end in a line feed alone',
    source: 'RFC 9112, 2.2',
    bytes: `GET /assets/a HTTP/1.1\n${HOST}\n\n`,
  }),
  refused(400, {
    name: 'lines that end in a carriage return alone',
    source: 'RFC 9112, 2.2',
    bytes: `GET /assets/a HTTP/1.1\r${HOST}\r\r\n\r\n`,
  }),
  refused(400, {
    name: 'one line that ends in a line feed alone',
    source: 'RFC 9112, 2.2',
    bytes: `GET /assets/a HTTP/1.1\n${HOST}\r\n\r\n`,
  }),
  refused(400, {
    name: 'a head that ends in line feeds alone',
    source: 'RFC 9112, 2.2',
    bytes: `GET /assets/a HTTP/1.1\r\n${HOST}\n\n`,
  }),
  refused(431, { name: 'a line more than there may be', source: 'RFC 6585, 5', bytes: get(...lines(100)) }),
  refused(431, { name: 'a header beyond 64 KiB', source: 'RFC 6585, 5', bytes: get(`X-A: ${'a'.repeat(70_000)}`) }),
  refused(431, {
    name: 'a head beyond 64 KiB without end',
    source: 'RFC 6585, 5',
    bytes: get(...lines(3)).slice(0, -2) + 'X-A: b\r\n'.repeat(9_000),
  }),

  passed(
    { name: 'a host with a port', source: 'RFC 9112, 3.2', bytes: head('GET /assets/a HTTP/1.1', 'Host: a.test:8080') },
    {
      line: 'GET /assets/a',
      headers: { host: 'a.test:8080' },
    },
  ),
  passed({
    name: 'a host that is an IPv6 address',
    source: 'RFC 9112, 3.2',
    bytes: head('GET /assets/a HTTP/1.1', 'Host: [::1]:8080'),
  }),
  passed({ name: 'an empty host', source: 'RFC 9112, 3.2', bytes: head('GET /assets/a HTTP/1.1', 'Host:') }),
  passedLast({ name: 'no host in HTTP/1.0', source: 'RFC 9112, 3.2', bytes: head('GET /assets/a HTTP/1.0') }),
  ...[
    ['no host', []],
    ['two different hosts', [HOST, 'Host: evil.test']],
    ['the same host twice', [HOST, HOST]],
    ['a space before the colon of the host', ['Host : a.test']],
    ['a host with a path', ['Host: a.test/x']],
    ['a host with a user', ['Host: evil@a.test']],
    ['a host with a space', ['Host: a.test evil.test']],
    ['a host with a port that is no number', ['Host: a.test:x']],
    ['a host with a bracket that does not close', ['Host: [::1']],
    ['a host with a fragment', ['Host: a.test#b']],
  ].map(([name, hosts]) =>
    refused(400, {
      name: String(name),
      source: 'RFC 9112, 3.2',
      bytes: head('GET /assets/a HTTP/1.1', ...(hosts as string[])),
    }),
  ),
]
