import { HOST, head, passed, type RequestCase, refused, turnedAway } from './request-case.ts'

const target = (text: string, method = 'GET') => head(`${method} ${text} HTTP/1.1`, HOST)
const longTarget = (bytes: number) => `/assets/${'a'.repeat(bytes - 8)}`

/** What is asked for, and paths that are not what they look like. */
export const TARGET_CASES: readonly RequestCase[] = [
  ...[
    ['a query', '/assets/a?b=c&d=%20'],
    ['a query with a second question mark', '/assets/a?b=?c'],
    ['characters that clients leave unescaped', '/assets/a|b"c<d>?{e}^`'],
    ['two slashes within the path', '/assets//a'],
    ['an encoded slash', '/assets/a%2fb'],
    ['an encoded slash after dots', '/assets/..%2finternal/credentials'],
    ['an encoded NUL', '/assets/%00'],
    ['an encoding that is none', '/assets/%zz'],
    ['an encoded line end', '/assets/a%0d%0aX-Evil:1'],
    ['dots that are no segment', '/assets/...'],
    ['a target of 16 KiB', longTarget(16_384)],
  ].map(([name = '', text = '']) =>
    passed({ name, source: 'RFC 9112, 3.2.1', bytes: target(text) }, { line: `GET ${text}` }),
  ),
  ...[
    ['a dot segment', '/assets/./a', '/assets/a'],
    ['two dot segments', '/internal/../assets/a', '/assets/a'],
    ['an encoded dot segment', '/assets/%2e/a', '/assets/a'],
    ['dots in the query only', '/assets/a?b=/../c', '/assets/a?b=/../c'],
  ].map(([name = '', text = '', seen = '']) =>
    passed({ name, source: 'RFC 3986, 5.2.4', bytes: target(text) }, { line: `GET ${seen}` }),
  ),
  ...[
    ['dots to an internal path', '/assets/../internal/credentials/check'],
    ['encoded dots to an internal path', '/assets/%2e%2e/internal/credentials/check'],
    ['half encoded dots to an internal path', '/assets/%2E./internal/credentials/check'],
    ['backslashes to an internal path', '/assets/..\\internal/credentials/check'],
    ['two slashes before an internal path', '//internal/credentials/check'],
    ['a host before an internal path', '//gateway.test/internal/credentials/check'],
    ['an internal path itself', '/internal/credentials/check'],
    ['an encoded letter in the prefix', '/%61ssets/a'],
    ['a prefix in capitals', '/ASSETS/a'],
    ['dots beyond the root', '/../../etc/passwd'],
  ].map(([name = '', text = '']) => turnedAway(404, { name, source: 'path confusion', bytes: target(text) })),
  ...[
    ['a fragment', '/assets/a#b'],
    ['a byte above 127', '/assets/\xe9'],
    ['UTF-8', '/assets/\xc3\xa9'],
    ['a NUL', '/assets/\0'],
    ['a DEL', '/assets/\x7f'],
    ['a tab', '/assets/\ta'],
    ['a bare carriage return', '/assets/\ra'],
    ['a space', '/assets/a b'],
    ['a path without slash', 'assets/a'],
    ['an authority', 'gateway.test:80'],
    ['an asterisk', '*'],
    ['a query alone', '?a=b'],
    ['another scheme', 'ftp://gateway.test/assets/a'],
    ['a URL with a user', 'http://evil@gateway.test/assets/a'],
    ['a URL without host', 'http:///assets/a'],
    ['a URL whose port is no number', 'http://gateway.test:x/assets/a'],
    ['a scheme without slashes', 'http:/assets/a'],
  ].map(([name = '', text = '']) => refused(400, { name, source: 'RFC 9112, 3.2', bytes: target(text) })),
  refused(414, { name: 'a target beyond 16 KiB', source: 'RFC 9110, 15.5.15', bytes: target(longTarget(16_385)) }),
  turnedAway(404, { name: 'OPTIONS of the whole server', source: 'RFC 9112, 3.2.4', bytes: target('*', 'OPTIONS') }),
  passed(
    { name: 'a URL, whose host counts', source: 'RFC 9112, 3.2.2', bytes: target('http://other.test:81/assets/a?b=c') },
    {
      line: 'GET /assets/a?b=c',
      headers: { host: 'other.test:81' },
    },
  ),
  passed({ name: 'a URL in capitals', source: 'RFC 9112, 3.2.2', bytes: target('HTTP://gateway.test/assets/a') }),
  passed(
    { name: 'a URL without path', source: 'RFC 9112, 3.2.2', bytes: target('http://gateway.test') },
    { line: 'GET /' },
  ),
  passed(
    { name: 'a URL with a query alone', source: 'RFC 9112, 3.2.2', bytes: target('http://gateway.test?a=b') },
    { line: 'GET /?a=b' },
  ),
]
