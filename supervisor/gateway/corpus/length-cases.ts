import { HOST, head, passed, passedLast, post, type RequestCase, refused, SMUGGLED } from './request-case.ts'

const HELLO = { line: 'POST /assets/a', body: 'hello' }
const length = (value: string) => post([`Content-Length: ${value}`], 'hello')

/** How long a body is, and who says so differently. */
export const LENGTH_CASES: readonly RequestCase[] = [
  passed({ name: 'a body with its length', source: 'RFC 9112, 6.2', bytes: length('5') }, HELLO),
  passed({ name: 'leading zeros in a length', source: 'RFC 9110, 8.6', bytes: length('0005') }, HELLO),
  passed({ name: 'blanks around a length', source: 'RFC 9112, 5', bytes: length(' \t5 \t') }, HELLO),
  passed(
    { name: 'a GET with a body', source: 'RFC 9110, 9.3.1', bytes: `${get5()}hello` },
    { line: 'GET /assets/a', body: 'hello' },
  ),
  passed(
    { name: 'a POST without any length', source: 'RFC 9112, 6.3', bytes: post([], '') },
    { line: 'POST /assets/a' },
  ),
  passed(
    { name: 'a POST of length zero', source: 'RFC 9112, 6.3', bytes: post(['Content-Length: 0'], '') },
    { line: 'POST /assets/a' },
  ),
  passed(
    {
      name: 'a header that only resembles Transfer-Encoding',
      source: 'TE.TE, underscore',
      bytes: post(['Content-Length: 5', 'Transfer_Encoding: chunked'], 'hello'),
    },
    { ...HELLO, headers: { 'transfer-encoding': null } },
  ),
  passedLast(
    {
      name: 'a body in HTTP/1.0',
      source: 'RFC 9112, 6.2',
      bytes: `${head('POST /assets/a HTTP/1.0', HOST, 'Content-Length: 5')}hello`,
    },
    HELLO,
  ),
  ...[
    ['a length with a plus', '+5'],
    ['a negative length', '-5'],
    ['a hexadecimal length', '0x5'],
    ['a length with a fraction', '5.0'],
    ['a length with an exponent', '5e0'],
    ['an empty length', ''],
    ['two numbers in one length', '5 5'],
    ['a list of equal lengths', '5, 5'],
    ['a list of different lengths', '5, 6'],
    ['a length that no number holds', '99999999999999999999999'],
    ['a length with a no-break space', '\xa05'],
    ['a length with a vertical tab', '\x0b5'],
    ['a length with a NUL', '5\0'],
    ['a length in quotes', '"5"'],
  ].map(([name = '', value = '']) => refused(400, { name, source: 'RFC 9112, 6.3', bytes: length(value) })),
  refused(400, {
    name: 'two different lengths',
    source: 'CL.CL',
    bytes: post(['Content-Length: 5', 'Content-Length: 0'], 'hello') + SMUGGLED,
  }),
  refused(400, {
    name: 'the same length twice',
    source: 'CL.CL',
    bytes: post(['Content-Length: 5', 'content-length: 5'], 'hello'),
  }),
  refused(400, {
    name: 'a length and a folded one',
    source: 'CL.CL, obs-fold',
    bytes: post(['Content-Length: 0', ' Content-Length: 5'], 'hello'),
  }),
  refused(400, {
    name: 'a length before the coding',
    source: 'CL.TE',
    bytes: post(['Content-Length: 41', 'Transfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`),
  }),
  refused(400, {
    name: 'a length after the coding',
    source: 'TE.CL',
    bytes: post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `40\r\n${SMUGGLED}\r\n0\r\n\r\n`),
  }),
  refused(400, {
    name: 'a length of zero beside the coding',
    source: 'CL.0',
    bytes: post(['Content-Length: 0', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
  }),
  refused(413, {
    name: 'a length beyond what is accepted',
    source: 'RFC 9110, 15.5.14',
    bytes: post(['Content-Length: 200000000000'], 'hello'),
  }),
  {
    name: 'a length of zero before another request',
    source: 'CL.0',
    bytes: post(['Content-Length: 0'], '') + head('GET /assets/b HTTP/1.1', HOST),
    answers: [200, 200],
    after: 'keeps',
    worker: [{ line: 'POST /assets/a' }, { line: 'GET /assets/b' }],
  },
  {
    name: 'a client that leaves within a body',
    source: 'RFC 9112, 8',
    bytes: post(['Content-Length: 10'], 'hello'),
    answers: [],
    after: 'leaves',
    worker: [],
  },
]

function get5(): string {
  return head('GET /assets/a HTTP/1.1', HOST, 'Content-Length: 5')
}
