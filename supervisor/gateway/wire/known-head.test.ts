import { describe, expect, test } from 'bun:test'
import { isRefusal } from '#shared/http1/http-refusal.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { KnownHead } from './known-head.ts'
import { type ReadHead, readRequestHead } from './read-request-head.ts'
import { RequestReader } from './request-reader.ts'

const FIRST =
  'GET /api/runs?page=1 HTTP/1.1\r\nHost: a.example\r\nX-Request-Id: one\r\nAccept: */*\r\ntraceparent: 00-1\r\n\r\n'

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')

const learn = (text: string): KnownHead => {
  const head = readRequestHead(text.slice(0, -4))
  if (isRefusal(head)) throw new Error(head.detail)
  return new KnownHead(bytesOf(text), text.length, head)
}

/** What tells two heads apart. */
const plain = (head: ReadHead | undefined) => head && { ...head, headers: [...head.headers] }

/** What a reader that has seen nothing makes of the same bytes. */
const readAfresh = (text: string) => {
  const reader = new RequestReader()
  reader.push(bytesOf(text))
  const head = reader.read()
  return head && (isRefusal(head) ? head : plain(head))
}

test('a head with another target and other values is read as if it were the first one', () => {
  const known = learn(FIRST)
  const next = FIRST.replace('page=1', 'page=200').replace('Id: one', 'Id:\t two ').replace('00-1', '')
  expect(plain(known.read(bytesOf(`${next}GET`)))).toEqual(readAfresh(next) as never)
  expect(known.end).toBe(next.length)
})

test('a list that was made of another one does not change it', () => {
  const known = learn(FIRST)
  const head = known.read(bytesOf(FIRST.replace('Id: one', 'Id: two')))
  head?.headers.set('Host', 'b.example')
  head?.headers.add('More', '1')
  expect(plain(known.head)).toEqual(readAfresh(FIRST) as never)
  expect(head?.headers.get('x-request-id')).toBe('two')
})

describe('nothing is taken over from the last head when', () => {
  const cases: Record<string, string> = {
    'the method differs': FIRST.replace('GET', 'PUT'),
    'the version differs': FIRST.replace('HTTP/1.1', 'HTTP/1.0'),
    'the host differs': FIRST.replace('a.example', 'b.example'),
    'a line is missing': FIRST.replace('Accept: */*\r\n', ''),
    'a line is added': FIRST.replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n'),
    'a name differs': FIRST.replace('Accept', 'accept'),
    'a value has a control character': FIRST.replace('Id: one', 'Id: o\0e'),
    'a line ends without its carriage return': FIRST.replace('one\r\n', 'two\n'),
    'a carriage return stands alone': FIRST.replace('one\r\n', 'two\rContent-Length: 5\r\n'),
    'the target is a URL': FIRST.replace('/api', 'http://b.example/api'),
    'the target has a fragment': FIRST.replace('page=1', 'page#1'),
    'the target has a blank': FIRST.replace('page=1', 'page= 1'),
    'the target is not ASCII': FIRST.replace('page=1', 'page=\xe9'),
    'the end is missing': FIRST.replace('one', 'two').slice(0, -1),
  }
  for (const [name, text] of Object.entries(cases)) {
    test(name, () => expect(learn(FIRST).read(bytesOf(text))).toBeUndefined())
  }
})

test('a length that changes changes the body that is expected', () => {
  const reader = new RequestReader()
  const post = (length: number) => `POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`
  for (const bytes of [3, 4, 30]) {
    reader.push(bytesOf(post(bytes)))
    expect(reader.read()).toMatchObject({ framing: { kind: 'sized', bytes } })
  }
})

test('after a head whose Host was taken from its target, the next one has its own', () => {
  const reader = new RequestReader()
  reader.push(bytesOf('GET http://b.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n'))
  expect((reader.read() as ReadHead).headers.get('host')).toBe('b.example')
  reader.push(bytesOf('GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n'))
  expect((reader.read() as ReadHead).headers.get('host')).toBe('a.example')
})

test('however heads differ by a byte, a reader that knows the last one judges them as one that knows none', () => {
  const seed = Number(process.env.CORPUS_SEED ?? Math.floor(Math.random() * 1e9))
  const random = seededRandom(seed)
  const pick = (count: number) => Math.floor(random() * count)
  const odd = '\0\t\n\r !"#%,/:;@\\\x7f\x80\xffaZ0'
  for (let round = 0; round < 3_000; round += 1) {
    const reader = new RequestReader()
    reader.push(bytesOf(FIRST))
    reader.read()
    const at = pick(FIRST.length)
    const how = pick(3)
    const put = how === 0 ? '' : (odd[pick(odd.length)] ?? '')
    const text = FIRST.slice(0, at) + put + FIRST.slice(how === 2 ? at : at + 1)
    reader.push(bytesOf(text))
    const head = reader.read()
    const judged = head && (isRefusal(head) ? head : plain(head))
    expect({ seed, text, judged }).toEqual({ seed, text, judged: readAfresh(text) as never })
  }
})
