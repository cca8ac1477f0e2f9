import { expect, test } from 'bun:test'
import { isRefusal } from '#shared/http1/http-refusal.ts'
import { parseRequestHead } from './parse-request-head.ts'

const parse = (text: string) => parseRequestHead(text.replaceAll('\n', '\r\n'))

test('an absolute target gives its authority to the Host header and leaves a path', () => {
  const head = parse('GET http://other.test:81?q=1 HTTP/1.1\nHost: here.test')
  if (isRefusal(head)) throw new Error(head.detail)
  expect([head.target, head.headers.get('host')]).toEqual(['/?q=1', 'other.test:81'])
})

test('values keep every byte that they may have, without the blanks around them', () => {
  const head = parse('GET / HTTP/1.1\nHost: h\nX-Name:\t caf\xe9 au lait \t\nx-name: two')
  if (isRefusal(head)) throw new Error(head.detail)
  expect(head.headers.get('x-name')).toBe('caf\xe9 au lait, two')
  expect(head.headers.toLines((key) => key === 'host')).toBe('X-Name: caf\xe9 au lait\r\nx-name: two\r\n')
})

test('random bytes are refused or read, never thrown at, and what is read has no line end in it', () => {
  const alphabet = [
    'GET',
    ' ',
    '/',
    'HTTP/1.1',
    '\r\n',
    '\r',
    '\n',
    ':',
    'Host',
    'a',
    '\0',
    '\t',
    '\x7f',
    '\xff',
    ',',
    '#',
    '?',
  ]
  for (let round = 0; round < 20_000; round += 1) {
    const length = Math.floor(Math.random() * 14)
    const noise = Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('')
    const text = round % 2 ? noise : `GET /${noise} HTTP/1.1\r\nHost: h\r\n${noise}: v\r\nx: ${noise}`
    const head = parseRequestHead(text)
    if (isRefusal(head)) continue
    expect(head.target + head.method).not.toMatch(/[\s\0#]/)
    for (const [key, value] of head.headers) expect(key + value).not.toMatch(/[\r\n\0]/)
  }
})
