import { describe, expect, test } from 'bun:test'
import { continueTrace } from './trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const valid = `00-${TRACE}-${PARENT}-01`
const ones = (digits: number) => '1'.repeat(digits)
const next = (traceparent: string, tracestate?: string) => continueTrace({ traceparent, tracestate }, ones)
const isNew = ({ traceId }: { traceId: string }) => traceId === ones(32)

test('a valid trace goes on with a span of ours as its parent', () => {
  expect(next(valid)).toEqual({ traceparent: `00-${TRACE}-${ones(16)}-01`, traceId: TRACE })
  expect(next(`00-${TRACE}-${PARENT}-00`).traceparent.endsWith('-00')).toBe(true)
})

test('without a trace one begins, sampled, with a random id', () => {
  expect(continueTrace({}, ones)).toEqual({ traceparent: `00-${ones(32)}-${ones(16)}-03`, traceId: ones(32) })
  expect(continueTrace({ traceparent: null, tracestate: null }, ones).traceId).toBe(ones(32))
  const seen = new Set(Array.from({ length: 2_000 }, () => continueTrace({}).traceparent))
  expect(seen.size).toBe(2_000)
  for (const traceparent of seen) expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/)
})

describe('an invalid traceparent is replaced, and its tracestate with it', () => {
  test.each([
    ['empty', ''],
    ['an upper-case trace id', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['a short trace id', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['a long trace id', `00-${TRACE}0-${PARENT}-01`],
    ['no trace id', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['no parent id', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a digit that is none', `00-${TRACE.slice(1)}g-${PARENT}-01`],
    ['short flags', `00-${TRACE}-${PARENT}-1`],
    ['no flags', `00-${TRACE}-${PARENT}`],
    ['version ff', `ff-${TRACE}-${PARENT}-01`],
    ['a long version', `000-${TRACE}-${PARENT}-01`],
    ['more than version 00 has', `${valid}-00`],
    ['a dash too many', `${valid}-`],
    ['a space', ` ${valid}`],
    ['a line break', `${valid}\n`],
    ['two of them', `${valid}, ${valid}`],
    ['a later version with more, but no dash', `cc-${TRACE}-${PARENT}-01what`],
  ])('%s', (_name, traceparent) => {
    const context = next(traceparent, 'a=1')
    expect(isNew(context)).toBe(true)
    expect(context.tracestate).toBeUndefined()
  })
})

test('a later version is read by the rules of this one and passed on as this one', () => {
  const expected = `00-${TRACE}-${ones(16)}-01`
  expect(next(`cc-${TRACE}-${PARENT}-01`).traceparent).toBe(expected)
  expect(next(`cc-${TRACE}-${PARENT}-01-what-else`).traceparent).toBe(expected)
  expect(next(`01-${TRACE}-${PARENT}-ff`).traceparent).toBe(expected)
})

test('flags that version 00 does not know are cleared', () => {
  expect(next(`00-${TRACE}-${PARENT}-ff`).traceparent.slice(-2)).toBe('03')
  expect(next(`00-${TRACE}-${PARENT}-fe`).traceparent.slice(-2)).toBe('02')
})

const many = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join(',')

describe('a valid tracestate is passed on', () => {
  test.each([
    ['as it is', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['of several header lines, with spaces', 'a=1 ,\t b=2 , c=3', 'a=1,b=2,c=3'],
    ['without empty members', ',a=1,,b=2,', 'a=1,b=2'],
    ['with a tenant', '0tenant@system=x', '0tenant@system=x'],
    ['with a space inside a value', 'a=b c', 'a=b c'],
    ['with 32 members', many(32), many(32)],
    [
      'with the longest key and value',
      `${'k'.repeat(256)}=${'v'.repeat(256)}`,
      `${'k'.repeat(256)}=${'v'.repeat(256)}`,
    ],
  ])('%s', (_name, tracestate, expected) => {
    expect(next(valid, tracestate).tracestate).toBe(expected)
  })
})

describe('an invalid tracestate is dropped, and the trace goes on', () => {
  test.each([
    ['an upper-case key', 'A=1'],
    ['no value', 'a='],
    ['no equals sign', 'a'],
    ['no key', '=1'],
    ['a value with an equals sign', 'a=b=c'],
    ['a space in the key', 'a b=1'],
    ['a character beyond ASCII', 'a=é'],
    ['a control character', 'a=\u0001'],
    ['the same key twice', 'a=1,b=2,a=3'],
    ['33 members', many(33)],
    ['a key that is too long', `${'k'.repeat(257)}=v`],
    ['a value that is too long', `a=${'v'.repeat(257)}`],
    ['nothing but commas', ' , ,'],
    ['one bad member among good ones', 'a=1,B=2'],
  ])('%s', (_name, tracestate) => {
    expect(next(valid, tracestate)).toEqual({ traceparent: `00-${TRACE}-${ones(16)}-01`, traceId: TRACE })
  })
})
