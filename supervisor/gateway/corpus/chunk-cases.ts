import { HOST, head, passed, post, type RequestCase, refused, SMUGGLED } from './request-case.ts'

const chunked = (body: string, ...lines: string[]) => post(['Transfer-Encoding: chunked', ...lines], body)
const HELLO = { line: 'POST /assets/a', body: 'hello' }
const WHOLE = '5\r\nhello\r\n0\r\n\r\n'

/** Bodies in chunks, and codings that only look like them. */
export const CHUNK_CASES: readonly RequestCase[] = [
  passed({ name: 'one chunk', source: 'RFC 9112, 7.1', bytes: chunked(WHOLE) }, HELLO),
  passed({ name: 'two chunks', source: 'RFC 9112, 7.1', bytes: chunked('2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n') }, HELLO),
  passed(
    { name: 'no chunk but the last', source: 'RFC 9112, 7.1', bytes: chunked('0\r\n\r\n') },
    { line: 'POST /assets/a' },
  ),
  passed(
    {
      name: 'sizes in both cases',
      source: 'RFC 9112, 7.1',
      bytes: chunked('a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n'),
    },
    {
      line: 'POST /assets/a',
      body: '01234567890123456789',
    },
  ),
  passed(
    { name: 'leading zeros in a size', source: 'RFC 9112, 7.1', bytes: chunked('0005\r\nhello\r\n000\r\n\r\n') },
    HELLO,
  ),
  passed(
    {
      name: 'a chunk extension, which is dropped',
      source: 'RFC 9112, 7.1.1',
      bytes: chunked('5;a=b;c="d"\r\nhello\r\n0;e\r\n\r\n'),
    },
    HELLO,
  ),
  passed(
    {
      name: 'trailers, which are dropped',
      source: 'RFC 9112, 7.1.2',
      bytes: chunked('5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-End: 2\r\n\r\n'),
    },
    {
      ...HELLO,
      headers: { 'x-sum': null, trailer: null },
    },
  ),
  passed(
    {
      name: 'a trailer that would frame the body',
      source: 'RFC 9110, 6.5.1',
      bytes: chunked('5\r\nhello\r\n0\r\nContent-Length: 50\r\nHost: evil.test\r\n\r\n'),
    },
    { ...HELLO, headers: { host: 'gateway.test' } },
  ),
  passed(
    { name: 'a body that looks like a last chunk', source: 'CL.TE', bytes: chunked('5\r\n0\r\n\r\n\r\n0\r\n\r\n') },
    {
      line: 'POST /assets/a',
      body: '0\r\n\r\n',
    },
  ),
  passed(
    { name: 'the coding in capitals', source: 'RFC 9112, 7', bytes: post(['TRANSFER-ENCODING: CHUNKED'], WHOLE) },
    HELLO,
  ),
  passed(
    { name: 'a tab before the coding', source: 'TE.TE, blanks', bytes: post(['Transfer-Encoding:\tchunked\t'], WHOLE) },
    HELLO,
  ),
  ...[
    ['a coding that nobody knows', 'xchunked'],
    ['the coding in quotes', '"chunked"'],
    ['the coding twice', 'chunked, chunked'],
    ['another coding after it', 'chunked, identity'],
    ['a coding that is not the last one', 'gzip'],
    ['the obsolete identity', 'identity'],
    ['no coding', ''],
    ['a parameter on the coding', 'chunked;q=1'],
    ['a comma and nothing', 'chunked,'],
    ['a vertical tab before the coding', '\x0bchunked'],
    ['a no-break space before the coding', '\xa0chunked'],
    ['a NUL after the coding', 'chunked\0'],
    ['a bare carriage return after the coding', 'chunked\r'],
    ['the coding and a space and more', 'chunked x'],
  ].map(([name = '', coding = '']) =>
    refused(400, { name, source: 'TE.TE', bytes: post([`Transfer-Encoding: ${coding}`], `0\r\n\r\n${SMUGGLED}`) }),
  ),
  refused(400, {
    name: 'two codings, the second one unknown',
    source: 'TE.TE',
    bytes: post(['Transfer-Encoding: chunked', 'Transfer-Encoding: cow'], `0\r\n\r\n${SMUGGLED}`),
  }),
  refused(501, {
    name: 'a coding beneath the chunks',
    source: 'RFC 9112, 6.1',
    bytes: post(['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'),
  }),
  refused(400, {
    name: 'chunks in HTTP/1.0',
    source: 'RFC 9112, 6.1',
    bytes: head('POST /assets/a HTTP/1.0', HOST, 'Transfer-Encoding: chunked') + WHOLE + SMUGGLED,
  }),
  ...[
    ['a size that is no number', 'G\r\nhello\r\n0\r\n\r\n'],
    ['an empty size', '\r\nhello\r\n0\r\n\r\n'],
    ['a size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a plus', '+5\r\nhello\r\n0\r\n\r\n'],
    ['a space after the size', '5 \r\nhello\r\n0\r\n\r\n'],
    ['a space before the size', ' 5\r\nhello\r\n0\r\n\r\n'],
    ['a size that overflows 64 bits', 'ffffffffffffffff5\r\nhello\r\n0\r\n\r\n'],
    ['a size that overflows 32 bits', '100000000000000005\r\nhello\r\n0\r\n\r\n'],
    ['a chunk that is longer than its size', '3\r\nhello\r\n0\r\n\r\n'],
    ['a bare line feed after a size', '5\nhello\r\n0\r\n\r\n'],
    ['a bare carriage return after a size', '5\rhello\r\n0\r\n\r\n'],
    ['a bare line feed in an extension', `5;\nhello\r\n0\r\n\r\n${SMUGGLED}`],
    ['a bare carriage return in an extension', '5;a\rb\r\nhello\r\n0\r\n\r\n'],
    ['a NUL in an extension', '5;a\0\r\nhello\r\n0\r\n\r\n'],
    ['a bare line feed after a chunk', '5\r\nhello\n0\r\n\r\n'],
    ['an extension without end', `5;${'a'.repeat(1_100)}\r\nhello\r\n0\r\n\r\n`],
    ['a bare line feed after the last chunk', `5\r\nhello\r\n0\r\n\n${SMUGGLED}`],
    ['a bare line feed in a trailer', '5\r\nhello\r\n0\r\nX-Sum: 1\n\r\n'],
    ['a request in place of trailers', `5\r\nhello\r\n0\r\n${SMUGGLED}`],
    ['trailers without end', `5\r\nhello\r\n0\r\nX-Sum: ${'a'.repeat(9_000)}\r\n\r\n`],
  ].map(([name = '', body = '']) => refused(400, { name, source: 'RFC 9112, 7.1', bytes: chunked(body) })),
  refused(413, {
    name: 'chunks beyond what is accepted',
    source: 'RFC 9110, 15.5.14',
    bytes: chunked(`2000\r\n${'a'.repeat(8_192)}\r\n0\r\n\r\n`),
  }),
  {
    name: 'chunks before another request',
    source: 'RFC 9112, 9.3.2',
    bytes: chunked(WHOLE) + head('GET /assets/b HTTP/1.1', HOST),
    answers: [200, 200],
    after: 'keeps',
    worker: [HELLO, { line: 'GET /assets/b' }],
  },
  {
    name: 'a client that leaves within a chunk',
    source: 'RFC 9112, 8',
    bytes: chunked('a\r\nhello'),
    answers: [],
    after: 'leaves',
    worker: [],
  },
]
