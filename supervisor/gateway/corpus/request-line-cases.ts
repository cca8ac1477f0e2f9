import { get, HOST, head, passed, type RequestCase, refused, turnedAway } from './request-case.ts'

const line = (text: string) => head(text, HOST)
const method = (name: string) => line(`${name} /assets/a HTTP/1.1`)

/** The first line's shape, methods and versions. */
export const REQUEST_LINE_CASES: readonly RequestCase[] = [
  passed({ name: 'a plain GET', source: 'RFC 9112, 3', bytes: get() }),
  passed(
    { name: 'a method that nobody knows', source: 'RFC 9110, 9.1', bytes: method('PURGE') },
    { line: 'PURGE /assets/a' },
  ),
  passed(
    { name: 'a method in small letters is another method', source: 'RFC 9110, 9.1', bytes: method('get') },
    { line: 'get /assets/a' },
  ),
  passed({ name: 'one empty line before', source: 'RFC 9112, 2.2', bytes: `\r\n${get()}` }),
  passed({ name: 'two empty lines before', source: 'RFC 9112, 2.2', bytes: `\r\n\r\n${get()}` }),
  refused(400, { name: 'three empty lines before', source: 'RFC 9112, 2.2', bytes: `\r\n\r\n\r\n${get()}` }),
  refused(400, { name: 'a bare line feed before', source: 'RFC 9112, 2.2', bytes: `\n${get()}` }),
  refused(400, { name: 'a bare carriage return before', source: 'RFC 9112, 2.2', bytes: `\r${get()}` }),
  ...[
    ['a space before the method', ' GET /assets/a HTTP/1.1'],
    ['two spaces after the method', 'GET  /assets/a HTTP/1.1'],
    ['two spaces after the target', 'GET /assets/a  HTTP/1.1'],
    ['a space after the version', 'GET /assets/a HTTP/1.1 '],
    ['tabs instead of spaces', 'GET\t/assets/a\tHTTP/1.1'],
    ['a form feed instead of a space', 'GET\x0c/assets/a HTTP/1.1'],
    ['no version, as in HTTP/0.9', 'GET /assets/a'],
    ['a method alone', 'GET'],
    ['no method', '/assets/a HTTP/1.1'],
    ['no target', 'GET HTTP/1.1'],
    ['a fourth word', 'GET /assets/a x HTTP/1.1'],
    ['the version in small letters', 'GET /assets/a http/1.1'],
    ['another protocol', 'GET /assets/a HTTPS/1.1'],
    ['a version with one number', 'GET /assets/a HTTP/1'],
    ['a version with three digits', 'GET /assets/a HTTP/1.10'],
    ['a version with a comma', 'GET /assets/a HTTP/1,1'],
    ['a NUL after the version', 'GET /assets/a HTTP/1.1\0'],
    ['a parenthesis in the method', 'GE(T /assets/a HTTP/1.1'],
    ['a byte above 127 in the method', 'G\xc9T /assets/a HTTP/1.1'],
    ['a colon in the method', 'GET: /assets/a HTTP/1.1'],
    ['a method of 40 letters', `${'A'.repeat(40)} /assets/a HTTP/1.1`],
  ].map(([name = '', text = '']) => refused(400, { name, source: 'RFC 9112, 3', bytes: line(text) })),
  ...[
    ['HTTP/0.9 by its name', 'GET /assets/a HTTP/0.9'],
    ['HTTP/1.2', 'GET /assets/a HTTP/1.2'],
    ['HTTP/2.0 over HTTP/1', 'GET /assets/a HTTP/2.0'],
    ['HTTP/9.9', 'GET /assets/a HTTP/9.9'],
  ].map(([name = '', text = '']) => refused(505, { name, source: 'RFC 9110, 15.6.6', bytes: line(text) })),
  refused(505, { name: 'the preface of HTTP/2', source: 'RFC 9113, 3.4', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' }),
  refused(400, {
    name: 'a TLS handshake',
    source: 'RFC 8446, 4.1.2',
    bytes: `\x16\x03\x01\x00\xc4\x01\x00\x00\xc0\x03\x03${'\x9a'.repeat(60)}\r\n`,
  }),
  refused(400, {
    name: 'an answer instead of a request',
    source: 'RFC 9112, 2.1',
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  }),
  turnedAway(400, { name: 'TRACE', source: 'RFC 9110, 9.3.8', bytes: method('TRACE') }),
  turnedAway(400, { name: 'CONNECT with a path', source: 'RFC 9110, 9.3.6', bytes: method('CONNECT') }),
  refused(400, { name: 'CONNECT', source: 'RFC 9112, 3.2.3', bytes: line('CONNECT evil.test:443 HTTP/1.1') }),
]
