import { expect, test } from 'bun:test'
import { JournalGapError } from './errors.ts'
import { decodeBody, decodeEvents, encodeBody } from './event-codec.ts'

const toBytes = (body: string | Uint8Array) => (typeof body === 'string' ? new TextEncoder().encode(body) : body)
const row = (seq: number, ...texts: string[]) => ({
  seq,
  n: texts.length,
  body: toBytes(encodeBody(texts.map((text) => JSON.stringify({ type: 'said', text })))),
})

test('short and long events come back as they were, with newlines, Chinese and half a surrogate pair inside', () => {
  const texts = ['a\nb', '天文仪', '\ud800', 'x'.repeat(5000), '']
  const events = decodeEvents('1', [row(0, ...texts)], 0)
  expect(events.map(({ event }) => event.text)).toEqual(texts)
})

test('a body above 1 KB is compressed, a short one stays readable', () => {
  expect(encodeBody(['{"type":"a"}', '{"type":"b"}'])).toBe('{"type":"a"}\n{"type":"b"}')
  const lines = Array.from({ length: 100 }, (_, index) => JSON.stringify({ type: 'step', index }))
  const body = encodeBody(lines)
  expect(body).toBeInstanceOf(Uint8Array)
  expect(body.length).toBeLessThan(lines.join('\n').length / 3)
  expect(decodeBody(body as Uint8Array)).toEqual(lines)
})

test('reading may begin inside a row', () => {
  const events = decodeEvents('1', [row(3, 'd', 'e', 'f'), row(6, 'g')], 5)
  expect(events.map(({ sequence, event }) => [sequence, event.text])).toEqual([
    [5, 'f'],
    [6, 'g'],
  ])
})

test('a missing row at the beginning, in the middle, or a row with too few lines is a gap', () => {
  expect(() => decodeEvents('1', [row(1, 'b')], 0)).toThrow(JournalGapError)
  expect(() => decodeEvents('1', [row(0, 'a'), row(2, 'c')], 0)).toThrow(JournalGapError)
  expect(() => decodeEvents('1', [row(0, 'a', 'b'), row(1, 'b')], 0)).toThrow(JournalGapError)
  expect(() => decodeEvents('1', [{ ...row(0, 'a'), n: 2 }], 0)).toThrow(JournalGapError)
})
